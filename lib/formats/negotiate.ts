// Which format a scraper gets: of those it accepts, the one it likes best. RFC 9110, section 12.5.1.

import { clauses } from './accept.ts';
import type { Clause } from './accept.ts';
import { ESCAPINGS } from './escaping.ts';
import type { Format } from './format.ts';

/** A format that a clause asks for. */
interface Match {
  readonly format: Format;
  readonly clause: Clause;
  /** How exactly the clause names the format: 0 for any type, 4 for type and version. */
  readonly precision: number;
}

/**
 * The format to answer with: the one of the highest quality; of equals the one that is named most exactly,
 * then the one named first, then the first in the list. Where none is acceptable, the first in the list: a
 * scraper must get something. Names are spelled as the clause's own `escaping` says, else with underscores.
 *
 * @param accept - The header, or all of them; `undefined` where there is none.
 * @param formats - What is on offer. The first is for those who ask for nothing in particular.
 */
export function negotiate(accept: string | readonly string[] | undefined, formats: readonly Format[]): Format {
  const asked = clauses(accept);
  const acceptable = formats
    .map((format) => bestMatch(format, asked))
    .filter((match) => match !== undefined && match.clause.quality > 0) as Match[];
  const [best] = acceptable.sort(
    (a, b) => b.clause.quality - a.clause.quality || b.precision - a.precision || asked.indexOf(a.clause) - asked.indexOf(b.clause),
  );
  const format = best?.format ?? formats[0]!;
  const escaping = ESCAPINGS.find((each) => each === best?.clause.parameters.get('escaping')) ?? 'underscores';
  return format.withEscaping?.(escaping) ?? format;
}

// The most exact clause decides: `text/*, text/plain;q=0` does not accept text/plain.
function bestMatch(format: Format, asked: readonly Clause[]): Match | undefined {
  const matches = asked.map((clause) => ({ format, clause, precision: precisionOf(clause, format) })).filter(({ precision }) => precision >= 0);
  return matches.sort((a, b) => b.precision - a.precision || b.clause.quality - a.clause.quality)[0];
}

function precisionOf({ value, parameters }: Clause, { mediaType, version, standsFor = [] }: Format): number {
  if (value === '*/*' || value === '*') return 0;
  if (value === `${mediaType.split('/', 1)[0]}/*`) return 1;
  if (value !== mediaType) return -1;
  const asked = parameters.get('version');
  if (asked === undefined) return 3;
  return asked === version ? 4 : standsFor.includes(asked) ? 2 : -1;
}
