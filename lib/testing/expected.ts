// An exposition as a test writes it: lines of the text format in any order, some of them left out, with values that
// may be patterns. Knows nothing of what is shown.

import { fault, MetricError, show } from '../core/errors.ts';
import type { Labels } from '../core/model.ts';
import { ParseError, parseSamples } from '../parse.ts';
import { keyOf } from './samples.ts';

export interface Expected {
  readonly heads: readonly ExpectedHead[];
  readonly samples: readonly ExpectedSample[];
}

/** A line of metadata. */
export interface ExpectedHead {
  /** As it was written, without blanks around it. */
  readonly text: string;
  readonly keyword: 'HELP' | 'TYPE' | 'UNIT';
  /** Of the family. */
  readonly name: string;
  readonly value: string;
}

export interface ExpectedSample {
  readonly text: string;
  readonly name: string;
  readonly labels: Labels;
  readonly key: string;
  /** Absent where any will do. */
  readonly timestampMs: number | undefined;
  isMet(value: number): boolean;
}

const SUBJECT = 'assertExposition: expected';
const HEAD = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+(?:"((?:[^"\\]|\\.)*)"|(\S+))[ \t]?(.*)$/;
/** A line that ends in a pattern for its value, and perhaps a timestamp. */
const PATTERN = /^(.*[\s}])(\*|[<>]=?[^\s*<>=]+|[^\s}]+(?:±|\+-)\S+)((?:\s+-?\d+)?)$/;

/** @throws {MetricError} `ERR_OPTION` where a line cannot be read */
export function expectedOf(text: string, tolerance: number): Expected {
  if (typeof text !== 'string') throw fault('ERR_OPTION', SUBJECT, 'a string', text);
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const isOpenMetrics = lines.includes('# EOF');
  const heads: ExpectedHead[] = [];
  const samples = new Map<string, ExpectedSample>();
  for (const [i, line] of lines.entries()) {
    const [, keyword, quoted, bare, value = ''] = HEAD.exec(line) ?? [];
    if (keyword !== undefined) heads.push({ text: line, keyword: keyword as ExpectedHead['keyword'], name: quoted === undefined ? bare! : unescaped(quoted), value: unescaped(value) });
    if (line === '' || line.startsWith('#')) continue;
    const read = expectedSample(line, i + 1, tolerance, isOpenMetrics);
    const sample = isOpenMetrics ? sampleOfText(read, heads) : read;
    if (sample === undefined) continue;
    const key = `${sample.key} ${sample.timestampMs}`;
    if (samples.has(key)) throw new MetricError('ERR_OPTION', `${SUBJECT}: line ${i + 1} has a series that is there before: ${show(line)}`);
    samples.set(key, sample);
  }
  return { heads: isOpenMetrics ? heads.map((head) => ofText(head, heads)) : heads, samples: [...samples.values()] };
}

function expectedSample(text: string, number: number, tolerance: number, isOpenMetrics: boolean): ExpectedSample {
  const [, start, pattern, time = ''] = PATTERN.exec(text) ?? [];
  const isMet = pattern === undefined ? undefined : patternOf(pattern, number);
  try {
    const format = isOpenMetrics ? 'openmetrics' : 'text';
    const [sample] = parseSamples(`${pattern === undefined ? text : `${start}0${time}`}\n${isOpenMetrics ? '# EOF\n' : ''}`, { format });
    const { name, labels, value, timestampMs } = sample!;
    return { text, name, labels, key: keyOf(name, labels), timestampMs: isOpenMetrics ? undefined : timestampMs, isMet: isMet ?? ((shown) => isNear(value, shown, tolerance)) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new MetricError('ERR_OPTION', `${SUBJECT}: line ${number}, column ${error.column}: ${error.reason}, in ${show(text)}`, { cause: error });
  }
}

const COMPARISONS: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

function patternOf(pattern: string, line: number): (value: number) => boolean {
  // NaN is none.
  if (pattern === '*') return (value) => !Number.isNaN(value);
  const [, comparison, limit] = /^([<>]=?)(.*)$/.exec(pattern) ?? [];
  if (comparison !== undefined) {
    const number = numberOf(limit!, line);
    return (value) => COMPARISONS[comparison]!(value, number);
  }
  const [middle, distance] = pattern.split(/±|\+-/).map((each) => numberOf(each, line));
  return (value) => Math.abs(value - middle!) <= distance!;
}

function numberOf(text: string, line: number): number {
  const number = Number(text);
  if (text !== '' && !Number.isNaN(number)) return number;
  throw fault('ERR_OPTION', `${SUBJECT}: line ${line}`, 'a number', text);
}

// Fractions add up to others in the last digits.
const ROUNDING = 1e-12;

function isNear(expected: number, shown: number, tolerance: number): boolean {
  if (Object.is(expected, shown) || expected === shown) return true;
  const share = tolerance === 0 && !(Number.isInteger(expected) && Number.isInteger(shown)) ? ROUNDING : tolerance;
  return Math.abs(expected - shown) <= Math.abs(expected) * share && Number.isFinite(expected);
}

function unescaped(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

/** A sample of OpenMetrics as the text format has it; `undefined` where it has none, of when something began. */
function sampleOfText(sample: ExpectedSample, heads: readonly ExpectedHead[]): ExpectedSample | undefined {
  const [, family, suffix] = /^(.*)_(created|gsum|gcount)$/s.exec(sample.name) ?? [];
  const type = heads.find(({ keyword, name }) => keyword === 'TYPE' && name === family)?.value;
  if (suffix === 'created' && ['counter', 'histogram', 'summary'].includes(type ?? '')) return undefined;
  if (suffix === 'created' || type !== 'gaugehistogram') return sample;
  const name = `${family}_${suffix!.slice(1)}`;
  return { ...sample, name, key: keyOf(name, sample.labels) };
}

// OpenMetrics leaves endings to the sample that belong to the name elsewhere.
function ofText(head: ExpectedHead, all: readonly ExpectedHead[]): ExpectedHead {
  const type = all.find(({ keyword, name }) => keyword === 'TYPE' && name === head.name)?.value;
  const ending = type === 'counter' ? '_total' : type === 'info' ? '_info' : '';
  return head.name.endsWith(ending) ? head : { ...head, name: head.name + ending };
}
