// What is valid and still not how metrics should be named and described. The rules and words are those of
// `promtool check metrics` 3.16, so that a build can go from one to the other. Metrics without samples, which
// promtool does not see, are linted too.

import type { LiveHead } from '../core/live-family.ts';
import type { MetricFamily } from '../core/model.ts';

/** One thing that is wrong with a metric. */
export interface Complaint {
  readonly metric: string;
  readonly text: string;
}

/** All complaints about the families, each once for each family. */
export function complaintsOf(families: Iterable<MetricFamily>): Complaint[] {
  const complaints: Complaint[] = [];
  for (const family of families) {
    const texts = new Set(RULES.flatMap((rule) => rule(family, labelNamesOf(family))));
    for (const text of texts) complaints.push({ metric: family.name, text });
  }
  return complaints;
}

/** In alphabetical order, as promtool has it. */
export function sortComplaints(complaints: readonly Complaint[]): Complaint[] {
  return [...complaints].sort((one, other) => compare(one.metric, other.metric) || compare(one.text, other.text));
}

/** Looks at one aspect and returns what is wrong with it. */
type Rule = (family: MetricFamily, labelNames: ReadonlySet<string>) => readonly string[];

const RULES: readonly Rule[] = [
  ({ help }) => complainIf(help === '', 'no help text'),
  ({ name, type }) => {
    if (type === 'unknown') return [];
    const isTotal = name.endsWith('_total');
    if (type === 'counter') return complainIf(!isTotal, 'counter metrics should have "_total" suffix');
    return complainIf(isTotal, 'non-counter metrics should not have "_total" suffix');
  },
  ({ name, type }, labelNames) => {
    if (type === 'unknown') return [];
    const isHistogram = type === 'histogram' || type === 'gaugehistogram';
    const isEither = isHistogram || type === 'summary';
    return [
      ...complainIf(!isHistogram && name.endsWith('_bucket'), 'non-histogram metrics should not have "_bucket" suffix'),
      ...complainIf(!isEither && name.endsWith('_count'), 'non-histogram and non-summary metrics should not have "_count" suffix'),
      ...complainIf(!isEither && name.endsWith('_sum'), 'non-histogram and non-summary metrics should not have "_sum" suffix'),
      ...complainIf(!isHistogram && labelNames.has('le'), 'non-histogram metrics should not have "le" label'),
      ...complainIf(type !== 'summary' && labelNames.has('quantile'), 'non-summary metrics should not have "quantile" label'),
    ];
  },
  ({ name }) => {
    // As for promtool, the first unit in a name is the metric's.
    const unit = name.split('_').find((word) => baseUnitOf(word) !== undefined);
    return unit === undefined ? [] : complainIf(baseUnitOf(unit) !== unit, `use base unit "${baseUnitOf(unit)}" instead of "${unit}"`);
  },
  ({ name, type }) => {
    // Before version 3 promtool complained of any type, and so of a gauge `gc_heap_summary`.
    const word = TYPE_WORDS[type];
    return complainIf(word !== undefined && hasWord(name, word), `metric name should not include type '${word}'`);
  },
  ({ name }) => complainIf(ABBREVIATED_UNITS.some((unit) => hasWord(name, unit)), 'metric names should not contain abbreviated units'),
  ({ name }) => complainIf(name.includes(':'), "metric names should not contain ':'"),
  ({ name }) => complainIf(isCamelCase(name), "metric names should be written in 'snake_case' not 'camelCase'"),
  (_, labelNames) => complainIf([...labelNames].some(isCamelCase), "label names should be written in 'snake_case' not 'camelCase'"),
];

/** How a type is called where a name includes it. The others are no types for promtool. */
const TYPE_WORDS: Readonly<Partial<Record<MetricFamily['type'], string>>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  gaugehistogram: 'gauge_histogram',
  summary: 'summary',
};

const ABBREVIATED_UNITS = ['s', 'ms', 'us', 'ns', 'sec', 'b', 'kb', 'mb', 'gb', 'tb', 'pb', 'm', 'h', 'd'];

/** By unit, the one that it should be measured in: the same for those that are right without a prefix. */
const BASE_UNITS: ReadonlyMap<string, string> = new Map([
  ...['amperes', 'bytes', 'celsius', 'grams', 'joules', 'kelvin', 'meters', 'metres', 'seconds', 'volts'].map((unit) => [unit, unit] as const),
  ...['minutes', 'hours', 'days', 'weeks'].map((unit) => [unit, 'seconds'] as const),
  ...['inches', 'yards', 'miles'].map((unit) => [unit, 'meters'] as const),
  ...['pounds', 'ounces'].map((unit) => [unit, 'grams'] as const),
  ...['fahrenheit', 'rankine'].map((unit) => [unit, 'celsius'] as const),
  ['kelvins', 'kelvin'],
  ['calories', 'joules'],
  ['bits', 'bytes'],
]);

// `mibi` is how promtool spelled `mebi` until 3.15; a name that took it from there is wrong, too.
const PREFIX = /^(?:pico|nano|micro|milli|centi|deci|deca|hecto|kilo|kibi|mega|mebi|mibi|giga|gibi|tera|tebi|peta|pebi)/;

/** The unit that should stand in the place of the word: the word itself if it is right, undefined if it is not a unit. */
function baseUnitOf(word: string): string | undefined {
  return BASE_UNITS.get(word) ?? BASE_UNITS.get(word.replace(PREFIX, ''));
}

/** Whether the word stands in the name, but not at its beginning: a name that begins so is about such things. */
function hasWord(name: string, word: string): boolean {
  return `${name.toLowerCase()}_`.includes(`_${word}_`);
}

function isCamelCase(name: string): boolean {
  return /[a-z][A-Z]/.test(name);
}

// Those that an instrument declares, too: a series that is not there yet has them as well.
function labelNamesOf(family: MetricFamily): ReadonlySet<string> {
  const { constantLabels = {}, points } = family;
  const names = new Set([...Object.keys(constantLabels), ...((family as Partial<LiveHead>).allNames ?? [])]);
  for (const { labels } of points) for (const name of Object.keys(labels)) names.add(name);
  return names;
}

function complainIf(isWrong: boolean, text: string): readonly string[] {
  return isWrong ? [text] : [];
}

// Not `localeCompare`: the order must not depend on where it runs.
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
