// Writes the figures where readers find them: `results.json`, the picture, and the tables of both READMEs and the guide.
// `node --import tsx bench/publish.ts` writes the picture and the tables again from the figures that are kept.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chart } from './chart.ts';
import { figures } from './figures.ts';
import { guideSection, SECTIONS } from './guide.ts';
import { BENCH, ROOT } from './paths.ts';
import { readResults, RESULTS } from './results.ts';
import type { Results } from './results.ts';
import { summary } from './summary.ts';

export function publish(results: Results): void {
  writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 1)}\n`);
  writeFileSync(join(BENCH, 'results.svg'), chart(results));
  replaceSection(join(ROOT, 'README.md'), 'Performance', summary(results));
  replaceSection(join(BENCH, 'README.md'), 'All figures', figures(results));
  for (const section of SECTIONS) replaceSection(join(ROOT, 'lib/guide', section.page), section.heading, guideSection(section, results));
}

/** Puts the text under a heading of the second level, in place of what stood there. */
function replaceSection(file: string, heading: string, text: string): void {
  const before = readFileSync(file, 'utf8');
  const start = before.indexOf(`## ${heading}\n`);
  if (start < 0) throw new Error(`${file} has no heading ${heading}`);
  const end = before.indexOf('\n## ', start);
  writeFileSync(file, `${before.slice(0, start)}## ${heading}\n\n${text}\n${end < 0 ? '' : before.slice(end)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) publish(readResults());
