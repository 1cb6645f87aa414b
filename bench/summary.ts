// The most important figures as the table that the README shows: `node --import tsx bench/summary.ts` puts it there.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Results } from './results.ts';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const RESULTS = fileURLToPath(new URL('./results.json', import.meta.url));

/** What a row says, and where its figures are. */
const ROWS: readonly (readonly [says: string, question: string, row: string])[] = [
  ['scrape of 24 000 lines, all changed', 'serialise', 'mix of 24 000 lines'],
  ['scrape of 10 000 counters, beside other languages', 'languages', '10 000 counters, 2 labels'],
  ['scrape of 1 000 histograms, beside other languages', 'languages', '1 000 histograms, 14 000 lines'],
  ['`inc` of a bound child', 'record', 'inc, bound'],
  ['`inc` by 2 labels', 'record', 'inc, 2 labels, 100 series'],
  ['`inc` by 3 labels', 'record', 'inc, 3 labels, 100 series'],
  ['`observe` of a bound child', 'record', 'observe, bound'],
  ['memory of a counter of 3 labels', 'memory', 'counter, 3 labels, a series'],
  ['memory of a histogram of 10 buckets', 'memory', 'histogram, 10 buckets, a series'],
  ['longest stall of a host, 230 000 lines over HTTP', 'stall', '230 000 lines'],
  ['reading the text format', 'parse', 'text format, families'],
];

/** Lines of Markdown: what was measured, where, and the table. */
export function summary({ questions }: Results): string {
  const { date, node, cpu } = questions['serialise']!;
  const rows = ROWS.map(([says, question, name]) => {
    const { unit, better, rows } = questions[question]!;
    const figures = rows.find((row) => row.name === name)!.figures.filter(({ subject }) => subject !== 'floor');
    const own = figures.find(({ subject }) => subject === 'promlet')!;
    const others = figures.filter((each) => each !== own).sort((a, b) => (better === 'lower' ? a.median - b.median : b.median - a.median));
    const best = others[0]!;
    const times = better === 'lower' ? best.median / own.median : own.median / best.median;
    return `| ${says} | ${shown(own.median)} ${unit} | ${shown(best.median)} (${best.subject}) | ${shown(times)} |`;
  });
  return [
    `\`npm run bench\` on Node ${node}, one core of a busy ${cpu.replaceAll(/\(R\)| Processor/g, '')} machine, ${date}; medians, each beside the best of the others (\`prom-client\`, \`@platformatic/prom-client\`, OpenTelemetry; Go, VictoriaMetrics, Rust and Python where it says so). Trust the ratios. How it is measured, and all of it: [\`bench/README.md\`](bench/README.md).`,
    '',
    '![promlet beside other clients](bench/results.svg)',
    '',
    '| | promlet | best of the others | times better |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

export function readResults(): Results {
  return JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
}

function shown(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure.toPrecision(2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = readFileSync(README, 'utf8');
  writeFileSync(README, readme.replace(/(?<=## Performance\n\n)[^]*?(?=\n\n## )/, () => summary(readResults())));
}
