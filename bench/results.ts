// The figures of a run, as they are kept in `results.json` and printed as tables.

import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

import type { Better, Question, Summary } from './harness.ts';
import { BENCH } from './paths.ts';

export const RESULTS: string = join(BENCH, 'results.json');

/** What a figure depends on beside the code. */
export interface Circumstances {
  readonly date: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
}

/** Whose figure it is. */
export interface Measured {
  readonly subject: string;
  /** The engine's version, where it is another than the one of the circumstances. */
  readonly node?: string;
}

export interface Figure extends Summary, Measured {}

export interface Row {
  readonly name: string;
  /** @default the question's */
  readonly unit?: string;
  /** @default the question's */
  readonly better?: Better;
  /** The first is the one that the others are compared with. */
  readonly figures: readonly Figure[];
}

export interface QuestionResults extends Circumstances {
  readonly asks: string;
  readonly unit: string;
  readonly better: Better;
  /** Whether the subjects are all promlet's. @default false */
  readonly isOwn?: boolean;
  readonly rows: readonly Row[];
}

export interface Results {
  /** By subject. */
  readonly versions: Readonly<Record<string, string>>;
  /** By subject: why it was not measured. */
  readonly skipped: Readonly<Record<string, string>>;
  readonly questions: Readonly<Record<string, QuestionResults>>;
}

/** Those that are kept; empty where there are none yet. */
export function readResults(): Results {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Results) : { versions: {}, skipped: {}, questions: {} };
}

export function circumstances(): Circumstances {
  const [processor] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cpu: processor?.model.replace(/\s+/g, ' ').trim() ?? 'unknown',
    cores: cpus().length,
    platform: `${process.platform} ${process.arch}`,
  };
}

/** How many times better the first figure is than the other; below 1 where it is worse, 1 where both are 0. */
export function advantage(better: Better, first: number, other: number): number {
  if (first === other) return 1;
  return better === 'lower' ? other / first : first / other;
}

/** What a figure is compared with: the row's first, or the same subject's on the same engine. `undefined`: itself. */
export function referenceOf({ figures }: Row, figure: Figure): Figure | undefined {
  const reference = figures.find(({ subject, node }) => subject === figures[0]!.subject && node === figure.node);
  return reference === figure ? undefined : reference;
}

type Shown = Pick<Question, 'name' | 'asks' | 'unit' | 'better'>;

/** What stands above a table. */
export function caption({ asks, unit, better = 'lower' }: Shown): string {
  return `${asks}\n${unit}, ${better} is better; in brackets how many times better the first column is`;
}

/** One question as a table's cells: a row for each case, a column for each subject and engine, the first's advantage in brackets. */
export function cells({ better = 'lower' }: Shown, rows: readonly Row[]): string[][] {
  const columns = [...new Set(rows.flatMap(({ figures }) => figures.map(columnOf)))];
  const head = ['', ...columns];
  return [head, ...rows.map((row) => [nameOf(row), ...columns.map((column) => cell(row, column, row.better ?? better))])];
}

function nameOf({ name, unit, better }: Row): string {
  const said = [...(unit === undefined ? [] : [unit]), ...(better === undefined ? [] : [`${better} is better`])];
  return said.length === 0 ? name : `${name} (${said.join(', ')})`;
}

/** The cells as text, in columns of one width each. */
export function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) => line.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join('   ').trimEnd()).join('\n');
}

export function columnOf({ subject, node }: Measured): string {
  return node === undefined ? shortName(subject) : `${shortName(subject)}, Node ${node.split('.')[0]}`;
}

function cell(row: Row, column: string, better: Better): string {
  const figure = row.figures.find((each) => columnOf(each) === column);
  if (figure === undefined) return '-';
  const reference = referenceOf(row, figure);
  if (reference === undefined) return `${digits(figure.median)} ±${Math.round(figure.spread * 100)}%`;
  return `${digits(figure.median)} (${digits(advantage(better, reference.median, figure.median))})`;
}

/** Three digits, thousands apart. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return '-';
  const rounded = value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
  return rounded >= 10_000 ? rounded.toLocaleString('en').replaceAll(',', ' ') : String(rounded);
}

/** A name as tables and pictures have room for it. */
export function shortName(subject: string): string {
  const short: Readonly<Record<string, string>> = {
    '@platformatic/prom-client': 'platformatic',
    '@prometheus-io/client': 'prometheus-io',
    '@opentelemetry/exporter-prometheus': 'opentelemetry',
    'VictoriaMetrics/metrics': 'VictoriaMetrics (Go)',
    client_golang: 'client_golang (Go)',
    'prometheus-client (Rust)': 'prometheus (Rust)',
    'prometheus_client (Python)': 'prometheus (Python)',
    'prometheus-metrics (Java)': 'prometheus (Java)',
  };
  return short[subject] ?? subject;
}
