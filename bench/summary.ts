// The most important figures as the table that the README shows, and every row in which another is ahead.

import { advantage, columnOf, referenceOf } from './results.ts';
import type { Figure, QuestionResults, Results, Row } from './results.ts';

/** What a row says, and where its figures are. */
const ROWS: readonly (readonly [says: string, question: string, row: string])[] = [
  ['scrape of 24 000 lines, all changed', 'serialise', 'mix of 24 000 lines'],
  ['the first scrape of a process, 24 000 lines', 'first-scrape', '24 000 lines'],
  ['scrape of 10 000 counters, beside other languages', 'languages', '10 000 counters, 2 labels'],
  ['small scrapes over HTTP, 96 lines', 'small-scrapes', '96 lines'],
  ['`inc` of a bound child', 'record', 'inc, bound'],
  ['`inc` without labels', 'record', 'inc, no labels'],
  ['`inc` by 3 labels, 100 series', 'record', 'inc, 3 labels, 100 series'],
  ['`inc` by 1 label, 10 000 series', 'record', 'inc, 1 label, 10 000 series'],
  ['`observe` of a bound child', 'record', 'observe, bound'],
  ['memory of a counter of 3 labels', 'memory', 'counter, 3 labels, a series'],
  ['longest stall of a host, 230 000 lines over HTTP', 'stall', '230 000 lines'],
  ['reading the text format', 'parse', 'text format, families'],
];

/** What the others are called in a sentence, those of other languages by their language. */
const OTHERS: Readonly<Record<string, string>> = {
  'prom-client': '`prom-client`',
  '@platformatic/prom-client': '`@platformatic/prom-client`',
  '@prometheus-io/client': '`@prometheus-io/client`',
  '@opentelemetry/exporter-prometheus': 'OpenTelemetry',
};
const LANGUAGES: Readonly<Record<string, string>> = {
  client_golang: 'Go',
  'VictoriaMetrics/metrics': 'VictoriaMetrics',
  'prometheus-client (Rust)': 'Rust',
  'prometheus-metrics (Java)': 'Java',
  'prometheus_client (Python)': 'Python',
};

const FLOOR = 'floor';

interface Found extends Pick<QuestionResults, 'unit' | 'better'> {
  readonly says: string;
  readonly row: Row;
}

/** Lines of Markdown: what was measured, where, and the table. */
export function summary({ questions }: Results): string {
  const { date, node, cpu, cores } = questions['serialise']!;
  const chosen = ROWS.flatMap(([says, question, name]) => find(questions, question, name, says));
  const figures = Object.values(questions).flatMap(({ rows }) => rows.flatMap((row) => row.figures));
  const named = (names: Readonly<Record<string, string>>): string[] => Object.keys(names).filter((name) => figures.some(({ subject }) => subject === name)).map((name) => names[name]!);
  const newer = figures.find((figure) => figure.node !== undefined);
  const elsewhere = newer === undefined ? '' : `, those that need a newer Node on ${newer.node}, beside promlet there`;
  return [
    `\`npm run bench\` on Node ${node}, one of ${cores} cores (${cpu.replaceAll(/\(R\)| Processor/g, '')}), ${date}; medians, each beside the best of the others (${named(OTHERS).join(', ')}${elsewhere}; ${listed(named(LANGUAGES))} where it says so). Every row in which another is ahead is here. Trust the ratios. How it is measured, and all of it: [\`bench/README.md\`](bench/README.md).`,
    '',
    '![promlet beside other clients](bench/results.svg)',
    '',
    '| | promlet | best of the others | times better |',
    '|---|---|---|---|',
    ...[...chosen, ...lost(questions, chosen)].map((found) => {
      const best = bestOf(found);
      return `| ${found.says} | ${shown(referenceOf(found.row, best)!.median)} ${found.unit} | ${shown(best.median)} (${columnOf(best)}) | ${shown(timesOf(found, best))} |`;
    }),
  ].join('\n');
}

/** Every other row in which another is ahead. */
function lost(questions: Results['questions'], chosen: readonly Found[]): Found[] {
  return Object.entries(questions)
    .filter(([, { isOwn = false }]) => !isOwn)
    .flatMap(([question, { rows }]) => rows.flatMap(({ name }) => find(questions, question, name, `${name} (\`${question}\`)`)))
    .filter((found) => !chosen.some(({ row }) => row === found.row) && rivalsOf(found.row).length > 0 && timesOf(found, bestOf(found)) < 1);
}

function find(questions: Results['questions'], question: string, name: string, says: string): Found[] {
  const asked = questions[question];
  const row = asked?.rows.find((each) => each.name === name);
  return row === undefined ? [] : [{ says, row, unit: row.unit ?? asked!.unit, better: row.better ?? asked!.better }];
}

function rivalsOf(row: Row): Figure[] {
  return row.figures.filter((figure) => figure.subject !== FLOOR && referenceOf(row, figure) !== undefined);
}

/** The other that comes nearest to promlet on the same engine, or is furthest ahead of it. */
function bestOf(found: Found): Figure {
  return rivalsOf(found.row).sort((one, other) => exactly(found, one) - exactly(found, other))[0]!;
}

function exactly({ row, better }: Found, figure: Figure): number {
  return advantage(better, referenceOf(row, figure)!.median, figure.median);
}

/** As it is shown. */
function timesOf(found: Found, figure: Figure): number {
  return Number(shown(exactly(found, figure)));
}

function shown(figure: number): string {
  return figure >= 100 || figure === 0 ? figure.toFixed(0) : figure.toPrecision(2);
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
