// The figures of a run, as they are kept in `results.json` and printed as tables.

import { cpus } from 'node:os';

import type { Question, Summary } from './harness.ts';

/** What a figure depends on beside the code. */
export interface Circumstances {
  readonly date: string;
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  readonly platform: string;
  readonly isQuick: boolean;
}

export interface Figure extends Summary {
  readonly subject: string;
}

export interface Row {
  readonly name: string;
  readonly figures: readonly Figure[];
}

export interface QuestionResults extends Circumstances {
  readonly asks: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly rows: readonly Row[];
}

export interface Results {
  /** By subject. */
  readonly versions: Readonly<Record<string, string>>;
  /** By subject: why it was not measured. */
  readonly skipped: Readonly<Record<string, string>>;
  readonly questions: Readonly<Record<string, QuestionResults>>;
}

export function circumstances(isQuick: boolean): Circumstances {
  const [processor] = cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cpu: processor?.model.replace(/\s+/g, ' ').trim() ?? 'unknown',
    cores: cpus().length,
    platform: `${process.platform} ${process.arch}`,
    isQuick,
  };
}

/** How many times better the first subject does than the other; below 1 where it does worse. */
export function advantage(better: 'lower' | 'higher', first: number, other: number): number {
  return better === 'lower' ? other / first : first / other;
}

/** One question as a table: a row for each case, a column for each subject, promlet's advantage in brackets. */
export function table({ name, asks, unit, better = 'lower' }: Pick<Question, 'name' | 'asks' | 'unit' | 'better'>, rows: readonly Row[]): string {
  const subjects = [...new Set(rows.flatMap(({ figures }) => figures.map(({ subject }) => subject)))];
  const cells = rows.map((row) => [row.name, ...subjects.map((subject) => cell(row, subject, better))]);
  const head = ['', ...subjects.map(shortName)];
  const widths = head.map((_, column) => Math.max(...[head, ...cells].map((line) => line[column]!.length)));
  const shown = [head, ...cells].map((line) => line.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join('   '));
  return `\n${name}: ${asks}\n${unit}, ${better} is better; in brackets how many times better promlet does\n\n${shown.join('\n')}\n`;
}

function cell({ figures }: Row, subject: string, better: 'lower' | 'higher'): string {
  const figure = figures.find((each) => each.subject === subject);
  if (figure === undefined) return '-';
  const [first] = figures;
  if (figure.subject === 'promlet') return `${digits(figure.median)} ±${Math.round(figure.spread * 100)}%`;
  return `${digits(figure.median)} (${digits(advantage(better, first!.median, figure.median))})`;
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
  };
  return short[subject] ?? subject;
}
