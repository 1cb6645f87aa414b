// All metrics as a table in Markdown, for people: what there is, and what it means. The same metrics give the same
// text, whatever their values are.

import type { Instrument } from '../core/instrument.ts';
import { isInstrument, isRegistry } from '../core/members.ts';
import type { Collector, MetricFamily, Point, StateSetPoint } from '../core/model.ts';
import { reservedLabel } from '../core/names.ts';
import { checkOptions } from '../core/options.ts';
import { code, prose } from './markdown.ts';
import { familiesRefreshed } from './samples.ts';

export interface ReferenceOptions {
  /** Whether to list the values of labels that seem to be known ones. @default true */
  readonly values?: boolean | undefined;
}

/**
 * Refreshes the registry, and resolves to a Markdown table of its metrics, sorted by name.
 *
 * ```md
 * | metric | type | unit | labels | help |
 * |---|---|---|---|---|
 * | `jobs_total` | counter | | `queue`: `mail`, `print` | Jobs done. |
 * ```
 *
 * It is to be committed and compared: values of labels are those that are declared (`labelValues`, the states of a state
 * set), and of other labels up to 10 that are made of letters alone, or are HTTP status codes. A label with any other
 * value, such as an id, a version or a path with a number, is listed by its name. Metrics that come and go with faults
 * (`promlet_rejected_writes_total` and its like) are left out. The unit is the declared one, or the base unit in the name.
 *
 * @throws {MetricError} `ERR_OPTION`
 */
export async function reference(registry: Collector, options: ReferenceOptions = {}): Promise<string> {
  checkOptions('reference', options, ['values']);
  const families = await familiesRefreshed('reference', registry);
  return referenceOf(families, { ...options, instruments: isRegistry(registry) ? Array.from(registry.members(), ({ collector }) => collector).filter(isInstrument) : [] });
}

interface Row {
  readonly type: string;
  unit: string;
  help: string;
  /** By label, its values; `declared` ones are known to be all. */
  readonly labels: Map<string, { readonly values: Set<string>; readonly declared?: readonly string[] | undefined }>;
}

/** Characters. A help is a sentence. */
const LONGEST_HELP = 1_000;
const OF_FAULTS = new Set(['promlet_rejected_writes_total', 'promlet_overflowed_writes_total', 'promlet_dropped_series']);

/** The same of families that were read. @param instruments - What is declared of some. */
export function referenceOf(families: Iterable<MetricFamily>, { values = true, instruments = [] }: ReferenceOptions & { readonly instruments?: readonly Instrument[] } = {}): string {
  const declared = new Map(instruments.map((instrument) => [instrument.name, instrument]));
  const rows = new Map<string, Row>();
  for (const family of families) {
    if (OF_FAULTS.has(family.name)) continue;
    const { name, type, help, unit = '' } = family;
    // Two families of one name, as of two registries within another, are one metric.
    const row = rows.get(name) ?? { type, unit: unit || unitOf(name), help, labels: new Map() };
    row.help ||= help;
    rows.set(name, row);
    addLabels(row, family, declared.get(name));
  }
  const lines = [...rows].sort(byName).map(([name, row]) => rowText([code(name), row.type, prose(row.unit), labelsText(row, values), prose(cut(row.help))]));
  return `${['| metric | type | unit | labels | help |', '|---|---|---|---|---|', ...lines].join('\n')}\n`;
}

function rowText(cells: readonly string[]): string {
  return `|${cells.map((cell) => (cell === '' ? ' ' : ` ${cell} `)).join('|')}|`;
}

function cut(help: string): string {
  return help.length > LONGEST_HELP ? `${help.slice(0, LONGEST_HELP)}…` : help;
}

function addLabels({ labels }: Row, { name, type, constantLabels = {}, points }: MetricFamily, instrument: Instrument | undefined): void {
  const add = (label: string, value: string | undefined): void => {
    const { labelNames = [], optionalLabels = [], definition = {} } = instrument ?? {};
    const isOwn = [...labelNames, ...optionalLabels].includes(label);
    let entry = labels.get(label);
    if (entry === undefined) labels.set(label, (entry = { values: new Set(), declared: isOwn ? (definition[`labelValues: ${label}`] as readonly string[] | undefined) : undefined }));
    // Past the most that are shown, one more says enough.
    if (value !== undefined && value !== OVERFLOW && entry.values.size <= MOST_FOUND) entry.values.add(value);
  };
  for (const label of [...(instrument?.labelNames ?? []), ...(instrument?.optionalLabels ?? [])]) add(label, undefined);
  for (const [label, value] of Object.entries(constantLabels)) add(label, value);
  const state = type === 'stateset' ? reservedLabel(type, name)! : undefined;
  for (const point of points as Iterable<Point>) {
    for (const [label, value] of Object.entries(point.labels)) if (value !== '') add(label, value);
    if (state !== undefined && !labels.has(state)) labels.set(state, { values: new Set(), declared: Object.keys((point as StateSetPoint).states) });
  }
}

const OVERFLOW = '_overflow_';
const MOST_FOUND = 10;
const MOST_DECLARED = 20;
/** Words, dotted names, templates of routes and kinds of media; no digits, which ids and versions have. */
const WORD = /^[\p{L}_./:*{}<>+() -]{1,60}$/u;
const STATUS_CODE = /^[1-5](?:\d\d|xx)$/i;

function labelsText({ labels }: Row, values: boolean): string {
  return [...labels]
    .sort(byName)
    .map(([label, { values: found, declared }]) => {
      const known = !values ? [] : (declared ?? ([...found].every((value) => WORD.test(value) || STATUS_CODE.test(value)) && found.size <= MOST_FOUND ? [...found].sort(compare) : []));
      const listed = known.slice(0, MOST_DECLARED).map(code);
      if (known.length > MOST_DECLARED) listed.push(`${known.length - MOST_DECLARED} more`);
      return listed.length === 0 ? code(label) : `${code(label)}: ${listed.join(', ')}`;
    })
    .join('; ');
}

const UNITS = new Set(['amperes', 'bytes', 'celsius', 'grams', 'joules', 'kelvin', 'meters', 'metres', 'ratio', 'seconds', 'volts']);

/** The unit that a name ends in, before its `_total`. */
function unitOf(name: string): string {
  const word = name.replace(/_total$/, '').split(/[_.]/).at(-1)!;
  return UNITS.has(word) && word !== name ? word : '';
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return compare(one, other);
}

// Not `localeCompare`: the order must not depend on where it runs.
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
