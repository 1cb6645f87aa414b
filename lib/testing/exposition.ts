// What a registry shows beside what a test expects, and the difference between the two.

import { fault } from '../core/errors.ts';
import type { Collector, MetricFamily } from '../core/model.ts';
import { anySampleNames, familyName, sampleNames } from '../core/names.ts';
import { checkOptions } from '../core/options.ts';
import { TYPES } from '../core/types.ts';
import { nameText } from '../formats/names.ts';
import { helpText } from '../formats/syntax.ts';
import { expectedOf } from './expected.ts';
import type { Expected, ExpectedHead, ExpectedSample } from './expected.ts';
import { failure, firstOf } from './failing.ts';
import { nearestName, nearestText } from './nearest.ts';
import { familiesRefreshed, keyOf, samplesOf, sampleText } from './samples.ts';
import type { ShownSample } from './samples.ts';

export interface ExpositionOptions {
  /** Compare these alone: names of families, such as `job_seconds`, or of samples, such as `job_seconds_count`. @default all */
  readonly names?: readonly string[] | undefined;
  /**
   * How far a number may be from what is expected, as a share of that: 0.05 is 5 %.
   *
   * @default 0, with fractions but for what rounding makes of them
   */
  readonly tolerance?: number | undefined;
}

const LONGEST = 40;
const NOT_EXPECTED = '   not expected';

/**
 * Refreshes the registry, and rejects where it does not show what is expected, with the lines that differ.
 *
 * ```ts
 * await assertExposition(registry, `
 *   # TYPE jobs_total counter
 *   jobs_total{queue="mail"} 3
 *   job_seconds_sum{queue="mail"} *
 *   job_seconds_count{queue="mail"} 3
 * `, { names: ['jobs_total', 'job_seconds_sum', 'job_seconds_count'] });
 * ```
 *
 * Neither the order of lines or labels counts, nor blanks around them, nor how a number is spelled. `HELP`, `TYPE`, `UNIT`
 * and timestamps are compared where they are expected. A value may be `*` (any number, not `NaN`), `>0`, `>=1`, `<5`,
 * `<=5`, or `0.2±0.05` (`0.2+-0.05` is the same). Text that ends in `# EOF` is read as OpenMetrics, without its exemplars,
 * timestamps and times of creation.
 *
 * @param expected - Lines of the text format, with all series of what is compared: one more is a difference too.
 * @throws an `AssertionError` with the lines that differ, and beside what is missing the nearest that is there
 * @throws {MetricError} `ERR_OPTION` where what is expected cannot be read
 */
export async function assertExposition(registry: Collector, expected: string, options: ExpositionOptions = {}): Promise<void> {
  checkOptions('assertExposition', options, ['names', 'tolerance']);
  const { names, tolerance = 0 } = options;
  if (names !== undefined && !(Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string'))) throw fault('ERR_OPTION', 'assertExposition: names', 'a list of names', names);
  if (!(typeof tolerance === 'number' && tolerance >= 0)) throw fault('ERR_OPTION', 'assertExposition: tolerance', 'a number of 0 or more', tolerance);
  const wanted = expectedOf(expected, tolerance);
  const families = await familiesRefreshed('assertExposition', registry);
  const { lines, count } = new Comparison(wanted, families, names);
  if (count === 0) return;
  const title = `the exposition differs from what is expected in ${count === 1 ? '1 place' : `${count} places`} (- expected, + shown):`;
  throw failure(`${title}\n\n${firstOf(lines, LONGEST, 'lines').join('\n')}\n`, assertExposition);
}

interface ShownFamily {
  readonly family: MetricFamily;
  readonly samples: readonly ShownSample[];
}

class Comparison {
  /** Families in the order in which they are shown, then what is not there at all. */
  readonly lines: string[] = [];
  /** Of what is missing, too much or other than expected. */
  count = 0;
  private readonly expected: Expected;
  private readonly isAsked: (name: string) => boolean;
  /** By key, what was not yet found. */
  private readonly missing = new Map<string, ExpectedSample[]>();

  constructor(expected: Expected, families: readonly MetricFamily[], names: readonly string[] | undefined) {
    this.isAsked = askedBy(names, families);
    this.expected = { heads: expected.heads.filter(({ name }) => this.isAsked(name)), samples: expected.samples.filter(({ name }) => this.isAsked(name)) };
    for (const sample of this.expected.samples) this.missing.set(sample.key, [...(this.missing.get(sample.key) ?? []), sample]);

    const shown = families.map((family) => ({ family, samples: [...samplesOf(family)] }));
    for (const each of shown) this.compare(each);
    this.reportRest(shown);
    this.reportNames(names ?? [], shown);
  }

  private compare({ family, samples }: ShownFamily): void {
    const lines: string[] = [];
    for (const head of this.expected.heads.filter(({ name }) => name === family.name)) {
      const allowed = headValues(family, head);
      if (!allowed.includes(head.value.trim())) lines.push(`- ${head.text}`, `+ # ${head.keyword} ${nameText(family.name)} ${helpText(allowed[0]!)}`);
    }
    for (const sample of samples) {
      if (!this.isAsked(sample.name)) continue;
      const expected = this.take(sample);
      if (expected === undefined) lines.push(`+ ${sampleText(sample)}${NOT_EXPECTED}`);
      else if (!expected.isMet(sample.value)) lines.push(`- ${expected.text}`, `+ ${sampleText(sample)}`);
    }
    for (const expected of this.takeMissing(family, samples)) {
      // What nobody sees is not looked for.
      const nearest = samples.length === 0 ? 'no series of this metric yet' : this.lines.length + lines.length > LONGEST ? '' : nearestText(expected, samples);
      lines.push(`- ${expected.text}   ${nearest}`);
    }
    if (lines.length === 0) return;
    const title = `# TYPE ${nameText(family.name)} ${TYPES[family.type].text}`;
    this.lines.push(...(lines.includes(`+ ${title}`) ? lines : [`  ${title}`, ...lines]));
    this.count += lines.filter((line) => line.startsWith('-') || line.endsWith(NOT_EXPECTED)).length;
  }

  private take({ name, labels, timestampMs }: ShownSample): ExpectedSample | undefined {
    const all = this.missing.get(keyOf(name, labels)) ?? [];
    const at = all.findIndex((each) => each.timestampMs === undefined || each.timestampMs === timestampMs);
    return at < 0 ? undefined : all.splice(at, 1)[0];
  }

  /** What is missing of a family, of which all that is there was taken. */
  private takeMissing(family: MetricFamily, samples: readonly ShownSample[]): ExpectedSample[] {
    const names = new Set(samples.length === 0 ? sampleNames(family.name, family.type) : samples.map(({ name }) => name));
    return [...this.missing.values()].flatMap((all) => (all.length > 0 && names.has(all[0]!.name) ? all.splice(0) : []));
  }

  private reportRest(shown: readonly ShownFamily[]): void {
    const names = new Set(shown.map(({ family }) => family.name));
    const samples = shown.flatMap((each) => each.samples);
    const heads = this.expected.heads.filter(({ name }) => !names.has(name));
    const rest = [
      ...heads.map(({ text, name }) => `- ${text}   no such metric${nearestOf(name, names)}`),
      ...[...this.missing.values()].flat().map((sample, i) => `- ${sample.text}   ${i > LONGEST ? '' : nearestText(sample, samples)}`),
    ];
    this.lines.push(...rest);
    this.count += rest.length;
  }

  // A name that nobody has would compare nothing with nothing.
  private reportNames(names: readonly string[], shown: readonly ShownFamily[]): void {
    const known = [...shown.flatMap(({ family, samples }) => [family.name, ...samples.map(({ name }) => name)]), ...this.expected.heads.map(({ name }) => name), ...this.expected.samples.map(({ name }) => name)];
    const all = new Set([...known, ...shown.flatMap(({ family: { name, type } }) => sampleNames(name, type))]);
    const unknown = names.filter((name) => !all.has(name) && !anySampleNames(name).some((each) => all.has(each)));
    this.lines.push(...unknown.map((name) => `names: ${JSON.stringify(name)} is neither expected nor shown${nearestOf(name, known)}`));
    this.count += unknown.length;
  }
}

/** Whether a family or sample is to be compared. */
function askedBy(names: readonly string[] | undefined, families: readonly MetricFamily[]): (name: string) => boolean {
  if (names === undefined) return () => true;
  // What nobody shows may be of any type.
  const [asked, any] = [new Set(names), new Set(names.flatMap(anySampleNames))];
  const owners = new Map(families.flatMap(({ name, type }) => sampleNames(name, type).map((sample) => [sample, [name, familyName(name, type)]] as const)));
  return (name) => asked.has(name) || (owners.get(name)?.some((owner) => asked.has(owner)) ?? any.has(name));
}

function nearestOf(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known);
  return nearest === undefined ? '' : `; nearest: ${nearest}`;
}

/** What may stand there: the first is shown. */
function headValues({ help, type, unit }: MetricFamily, { keyword }: ExpectedHead): readonly string[] {
  if (keyword === 'HELP') return [help.trim()];
  return keyword === 'UNIT' ? [unit ?? ''] : [TYPES[type].text, type];
}
