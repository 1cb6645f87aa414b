// The figures that the pages of the guide show: which rows of which questions, under which heading.

import { cells } from './results.ts';
import type { Results } from './results.ts';

interface Section {
  /** A page of `lib/guide/`. */
  readonly page: string;
  readonly heading: string;
  /** Says what the tables are of; then the rows of questions, all of them where none are named. */
  readonly tables: readonly (readonly [says: string, question: string, rows?: readonly string[]])[];
}

export const SECTIONS: readonly Section[] = [
  {
    page: 'service.md',
    heading: 'What it costs',
    tables: [
      ['Process metrics: the share of a core while nothing happens, and milliseconds of the main thread at a scrape', 'process'],
      ['HTTP metrics: nanoseconds that a request takes longer', 'instrument'],
    ],
  },
  {
    page: 'operations.md',
    heading: 'Sizing',
    tables: [
      ['Bytes that a series keeps', 'memory', ['counter, 3 labels, a series', 'histogram, 10 buckets, a series']],
      ['Milliseconds for which one scrape over HTTP holds the event loop at most', 'stall', ['24 000 lines', '230 000 lines', '1 000 000 lines']],
      ['Scrapes a second that one process answers', 'http'],
      ['Bytes of an exposition for each series', 'formats', ['mix of 24 000 lines, size', '1 000 native histograms, size']],
    ],
  },
];

/** Lines of Markdown. Of what was not asked yet there is no table. */
export function guideSection({ tables }: Section, { questions }: Results): string {
  const shown = tables.flatMap(([says, name, rows]) => {
    const asked = questions[name];
    if (asked === undefined) return [];
    const { node, cpu, cores, date, better } = asked;
    const [head, ...lines] = cells({ name, ...asked }, asked.rows.filter((row) => rows?.includes(row.name) ?? true)).map((line) => `| ${line.join(' | ')} |`);
    const where = `\`npm run bench -- ${name}\`, Node ${node}, ${cpu.replaceAll(/\(R\)| Processor/g, '')}, ${cores} cores, ${date}`;
    return [`${says}; ${better} is better, in brackets how many times better promlet is (${where}).`, [head, head!.replaceAll(/[^|]+/g, '---'), ...lines].join('\n')];
  });
  return shown.join('\n\n');
}
