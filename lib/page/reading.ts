// Reads what a server of promlet's own answers, in the text format or OpenMetrics, as small and fast as a page
// needs it: it trusts what it reads, and skips what it does not understand. `promlet/parse` is the strict one.

import type { Labels, MetricFamily, MetricType, NativeBuckets, NativeHistogram } from '../core/model.ts';
import { seriesKey } from '../live/series-key.ts';

/** What the text before a value says; kept from scrape to scrape, with one object for the labels of a series. */
interface Head {
  readonly name: string;
  readonly labels: Labels;
  /** For samples of histograms and summaries: the label that is no part of the series, and the others. */
  readonly le?: Part | undefined;
  readonly quantile?: Part | undefined;
}

interface Part {
  readonly value: number;
  readonly labels: Labels;
}

interface Draft {
  readonly labels: Labels;
  value: number;
  timestampMs?: number | undefined;
  createdMs?: number | undefined;
  sum?: number | undefined;
  count?: number | undefined;
  /** Upper bounds with counts up to them, or quantiles with values. */
  pairs: [number, number][];
  native?: NativeHistogram | undefined;
}

interface Drafts {
  readonly name: string;
  type: MetricType;
  help: string;
  unit: string | undefined;
  readonly points: Map<Labels, Draft>;
}

/** By its version; the text format has none. */
export type OpenMetrics = 1 | 2 | undefined;

const LINES_AT_ONCE = 100;
const TYPES: Readonly<Record<string, MetricType>> = {
  counter: 'counter', gauge: 'gauge', histogram: 'histogram', gaugehistogram: 'gaugehistogram', summary: 'summary', info: 'info', stateset: 'stateset',
};

export class Reader {
  private heads = new Map<string, Head>();
  private labels = new Map<string, Labels>();

  /** The families of a scrape. Yields every few hundred lines, for those who have more to do. */
  *read(text: string, openMetrics: OpenMetrics): Generator<void, MetricFamily[]> {
    const families = new Map<string, Drafts>();
    let family: Drafts | undefined;
    let lines = 0;
    for (let at = 0; at < text.length; ) {
      let end = text.indexOf('\n', at);
      if (end < 0) end = text.length;
      if (text[at] === '#') family = metadata(text.slice(at, end), families) ?? family;
      else if (end > at) family = this.sample(text, at, end, openMetrics, families, family);
      at = end + 1;
      if (++lines % LINES_AT_ONCE === 0) yield;
    }
    // What has gone would stay for ever.
    if (this.heads.size > 2 * lines + LINES_AT_ONCE) [this.heads, this.labels] = [new Map(), new Map()];
    return [...families.values()].map((family) => finished(family, openMetrics));
  }

  private sample(text: string, at: number, end: number, openMetrics: OpenMetrics, families: Map<string, Drafts>, current: Drafts | undefined): Drafts | undefined {
    const valueAt = headEnd(text, at, end);
    if (valueAt < 0) return current;
    const head = this.head(text.slice(at, valueAt));
    const [given = '', ...more] = text.slice(valueAt, end).trim().split(' ', 3);
    const value = numberOf(given);
    let family = current;
    let suffix = family === undefined ? undefined : suffixOf(head.name, family);
    if (family === undefined || suffix === undefined) {
      families.set(head.name, (family = families.get(head.name) ?? drafts(head.name, 'unknown')));
      suffix = '';
    }
    const part = suffix === '_bucket' ? head.le : family.type === 'summary' && suffix === '' ? head.quantile : undefined;
    const { labels } = part ?? head;
    let point = family.points.get(labels);
    if (point === undefined) family.points.set(labels, (point = { labels, value: NaN, pairs: [] }));
    for (const part of more) {
      if (part.startsWith('#')) break;
      if (part.startsWith('st@')) point.createdMs = Number(part.slice(3)) * 1000;
      else if (part !== '') point.timestampMs = Number(part) * (openMetrics ? 1000 : 1);
    }
    if (given.startsWith('{')) composite(given, point);
    else if (suffix === '_created') point.createdMs = value * 1000;
    else if (suffix === '_sum' || suffix === '_gsum') point.sum = value;
    else if (suffix === '_count' || suffix === '_gcount') point.count = value;
    else if (part !== undefined) point.pairs.push([part.value, value]);
    else point.value = value;
    return family;
  }

  private head(text: string): Head {
    let head = this.heads.get(text);
    if (head === undefined) this.heads.set(text, (head = this.parsed(text)));
    return head;
  }

  private parsed(text: string): Head {
    const { name, labels } = parsedHead(text);
    const part = (label: string): Part | undefined => {
      if (labels[label] === undefined) return undefined;
      const { [label]: value, ...others } = labels;
      return { value: numberOf(value!), labels: this.kept(others) };
    };
    return { name, labels: this.kept(labels), le: part('le'), quantile: part('quantile') };
  }

  private kept(labels: Labels): Labels {
    const key = seriesKey(labels);
    const known = this.labels.get(key);
    if (known === undefined) this.labels.set(key, labels);
    return known ?? labels;
  }
}

/** Where the text before the value ends: after the braces, or after the name. */
function headEnd(text: string, at: number, end: number): number {
  const open = text.indexOf('{', at);
  const blank = text.indexOf(' ', at);
  if (open < 0 || open >= end || (blank >= 0 && blank < open)) return blank < end ? blank : -1;
  let isQuoted = false;
  for (let i = open + 1; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 34) isQuoted = !isQuoted;
    else if (code === 125 && !isQuoted) return i + 1;
  }
  return -1;
}

const LABEL = /(?:"((?:\\[^]|[^"\\])*)"|([^\s"=,{}]+))\s*(?:=\s*"((?:\\[^]|[^"\\])*)")?/y;

function parsedHead(text: string): Pick<Head, 'name' | 'labels'> {
  const open = text.indexOf('{');
  let name = open < 0 ? text.trim() : text.slice(0, open);
  const labels = Object.create(null) as Record<string, string>;
  for (let at = open + 1; open >= 0 && at < text.length - 1; at++) {
    LABEL.lastIndex = at;
    const [all, quoted, bare, value] = LABEL.exec(text) ?? [];
    if (all === undefined) continue;
    at = LABEL.lastIndex;
    const label = quoted === undefined ? bare! : unescaped(quoted);
    if (value === undefined) name = label;
    else labels[label] = unescaped(value);
  }
  return { name, labels };
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\([^])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)) : text;
}

function numberOf(text: string): number {
  return /^[+-]?Inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text || NaN);
}

/** Takes the value of a histogram or a summary as OpenMetrics 2.0 has it, in one line. */
function composite(text: string, point: Draft): void {
  const fields = new Map([...text.matchAll(/(\w+):(?:\[([^\]]*)\]|([^,}]+))/g)].map(([, name, list, one]) => [name!, list ?? one!]));
  const number = (name: string): number | undefined => (fields.has(name) ? numberOf(fields.get(name)!) : undefined);
  const list = (name: string): number[][] => (fields.get(name) ?? '').split(',').filter((each) => each !== '').map((each) => each.split(':').map(numberOf));
  point.count = number('count') ?? number('gcount');
  point.sum = number('sum') ?? number('gsum');
  point.pairs = list(fields.has('quantile') ? 'quantile' : 'bucket') as [number, number][];
  const schema = number('schema');
  if (schema === undefined) return;
  const side = (name: string): NativeBuckets => {
    const indexes: number[] = [];
    for (const [offset, length] of list(`${name}_spans`)) {
      const first = offset! + (indexes.length === 0 ? 0 : indexes.at(-1)! + 1);
      for (let i = 0; i < length!; i++) indexes.push(first + i);
    }
    return { indexes, counts: list(`${name}_buckets`).flat() };
  };
  point.native = { schema, zeroThreshold: number('zero_threshold')!, zeroCount: number('zero_count')!, positive: side('positive'), negative: side('negative') };
}

const METADATA = /^# (TYPE|HELP|UNIT) (?:"((?:\\.|[^"\\])*)"|(\S+)) ?([^]*)$/;

/** The family that a line begins or describes. */
function metadata(line: string, families: Map<string, Drafts>): Drafts | undefined {
  const [, keyword, quoted, bare, text] = METADATA.exec(line) ?? [];
  if (keyword === undefined) return undefined;
  const name = quoted === undefined ? bare! : unescaped(quoted);
  let family = families.get(name);
  if (family === undefined) families.set(name, (family = drafts(name, 'unknown')));
  if (keyword === 'TYPE') family.type = TYPES[text!] ?? 'unknown';
  else if (keyword === 'HELP') family.help = unescaped(text!);
  else family.unit = text;
  return family;
}

function drafts(name: string, type: MetricType): Drafts {
  return { name, type, help: '', unit: undefined, points: new Map() };
}

const SUFFIXES: Partial<Readonly<Record<MetricType, readonly string[]>>> = {
  counter: ['', '_total', '_created'],
  histogram: ['', '_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['', '_bucket', '_gsum', '_gcount'],
  summary: ['', '_sum', '_count', '_created'],
  info: ['_info', ''],
};

/** What follows the family's name in a sample's; `undefined` where the sample is of another. */
function suffixOf(sample: string, { name, type }: Drafts): string | undefined {
  if (!sample.startsWith(name)) return undefined;
  const suffix = sample.slice(name.length);
  return (SUFFIXES[type] ?? ['']).includes(suffix) ? suffix : undefined;
}

function finished({ name, type, help, unit, points }: Drafts, openMetrics: OpenMetrics): MetricFamily {
  const drafted = [...points.values()];
  const head = { help, unit };
  const named = (suffix: string): string => (openMetrics === 1 ? name + suffix : name);
  switch (type) {
    case 'counter':
      return { ...head, type, name: named('_total'), points: drafted };
    case 'info':
      return { ...head, type, name: named('_info'), points: drafted };
    case 'histogram':
    case 'gaugehistogram':
      return { ...head, type, name, points: drafted.map(histogram) };
    case 'summary':
      return { ...head, type, name, points: drafted.map((draft) => ({ ...draft, quantiles: draft.pairs.map(([quantile, value]) => ({ quantile, value })) })) };
    // Shown as gauges; the history sees what they are.
    case 'stateset':
      return { ...head, type: 'gauge', name, points: drafted };
    default:
      return { ...head, type, name, points: drafted };
  }
}

function histogram({ labels, sum, count = 0, createdMs, timestampMs, pairs, native }: Draft) {
  const finite = pairs.filter(([bound]) => bound < Infinity);
  const total = pairs.length > finite.length ? pairs.at(-1)![1] : count;
  const counts = [...finite.map(([, upTo]) => upTo), total].map((upTo, i) => upTo - (i === 0 ? 0 : finite[i - 1]![1]));
  return { labels, sum, createdMs, timestampMs, native, bounds: finite.map(([bound]) => bound), counts };
}
