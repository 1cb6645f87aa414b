// Which format a scraper gets: of those it accepts, the one it likes best. RFC 9110, section 12.5.1.

import { clauses } from './accept.ts';
import type { Clause } from './accept.ts';
import { ESCAPINGS } from './escaping.ts';
import type { Format } from './format.ts';

type Chunk = string | Uint8Array;

/** A format that a clause asks for. */
interface Match<C extends Chunk> {
  readonly format: Format<C>;
  readonly clause: Clause;
  /** How exactly the clause names the format: 0 for any type, 4 for type and version. */
  readonly precision: number;
}

/**
 * The format to answer with: the one of the highest quality; of equals the one that is named most exactly,
 * then the one named first, then the first in the list. Where none is acceptable, the first in the list: a
 * scraper must get something. One that is experimental is for those who name its version alone. Names are spelled as the
 * clause's own `escaping` says, else as the format implies, mostly with underscores.
 *
 * @param accept - The header, or all of them; `undefined` where there is none.
 * @param formats - What is on offer. The first is for those who ask for nothing in particular.
 */
export function negotiate<C extends Chunk = string>(accept: string | readonly string[] | undefined, formats: readonly Format<C>[]): Format<C> {
  const asked = clauses(accept);
  const acceptable = formats
    .map((format) => bestMatch(format, asked))
    .filter((match) => match !== undefined && match.clause.quality > 0) as Match<C>[];
  const [best] = acceptable.sort(
    (a, b) => b.clause.quality - a.clause.quality || b.precision - a.precision || asked.indexOf(a.clause) - asked.indexOf(b.clause),
  );
  const format = best?.format ?? formats[0]!;
  const escaping = ESCAPINGS.find((each) => each === best?.clause.parameters.get('escaping')) ?? format.impliedEscaping ?? 'underscores';
  return format.withEscaping?.(escaping) ?? format;
}

// The most exact clause decides: `text/*, text/plain;q=0` does not accept text/plain.
function bestMatch<C extends Chunk>(format: Format<C>, asked: readonly Clause[]): Match<C> | undefined {
  const matches = asked.map((clause) => ({ format, clause, precision: precisionOf(clause, format) })).filter(({ precision }) => precision >= 0);
  return matches.sort((a, b) => b.precision - a.precision || b.clause.quality - a.clause.quality)[0];
}

function precisionOf<C extends Chunk>({ value, parameters }: Clause, format: Format<C>): number {
  const { mediaType, version, standsFor = [] } = format;
  if (format.isExperimental) return value === mediaType && parameters.get('version') === version ? 4 : -1;
  // Whoever reads such a format says so: any type is none of it.
  if (format.parameters !== undefined) return value === mediaType && Object.entries(format.parameters).every(([name, text]) => parameters.get(name) === text) ? 4 : -1;
  if (value === '*/*' || value === '*') return 0;
  if (value === `${mediaType.split('/', 1)[0]}/*`) return 1;
  if (value !== mediaType) return -1;
  const asked = parameters.get('version');
  if (asked === undefined) return 3;
  return asked === version ? 4 : standsFor.includes(asked) ? 2 : -1;
}
