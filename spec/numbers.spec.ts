// Every number in the prose of the README and the guide is one that a command wrote: those of the sources are in
// `spec/facts.json`, those that are measured in `bench/results.json`, whose tables `bench.spec.ts` compares.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { facts, readFacts } from '../.ci/facts.ts';
import { SECTIONS } from '../bench/guide.ts';
import { page, pages, readme } from './pages.ts';
import type { Page } from './pages.ts';

/** What pages say, with the names of facts in braces. */
const STATEMENTS: readonly (readonly [page: Page, ...says: readonly string[]])[] = [
  [
    readme,
    'prom-client` {promClient} prints one series',
    'Node {oldestNode} or later, as ES modules',
    'promlet-{version}.tgz`',
    'Past {maxSeries} series of a metric',
  ],
  [page('errors.md'), '| {exemplarCharacters} characters, names included |'],
  [page('formats.md'), 'Answers over {compressedFromKiB} KiB are gzipped', '`maxPauseMs` ({maxPauseMs} ms)'],
  [page('instruments.md'), 'exact for {summaryExact} values or fewer, else to {summaryError} %'],
  [page('migrating.md'), 'each call of `prom-client` {promClientMajor},', '{maxSeries} a metric', 'on every Node from {oldestNode} on'],
  [
    page('operations.md'),
    '{closeSeconds} seconds at most',
    'Prometheus has {exporterPort} as its own port',
    '**`port {servePort} is in use`**',
    'time is up sooner | {deadlineSeconds} s |',
    'holds the event loop | {maxPauseMs} ms |',
    'the rest get 503 | {maxInFlight} |',
    'longer ones get 400 | {maxQueryLength} |',
    'none of the answer | {sendTimeoutSeconds} s |',
    'all together | {maxUnsentMiB} MiB |',
    'to send a request | {receiveTimeoutSeconds} s |',
    'connections at once | {maxConnections} |',
    '`maxCollectorSeries` ({maxCollectorSeries})',
    '`maxSeries` ({maxSeries})',
  ],
  [
    page('service.md'),
    'from Node {delayNodes} on',
    'a timer every {delayIntervalMs} ms',
    'above {mostDescriptors} open descriptors',
    'has the status {abortedStatus}, an outgoing one',
  ],
  [
    page('skills.md'),
    '| buckets {skillBuckets} |',
    'session on port {smokePort},',
    'exporter on port {exporterPort} and',
    'It has {exporterPort} as its own port',
    '`port {exporterPort} is in use`',
    'Past {maxSeries} series of one metric',
  ],
  [page('vendoring.md'), '`parse` alone weighs {parseKilobytes} kB, and `parseProtobuf` alone {parseProtobufKilobytes}.', '100 series of three labels takes less than {engineSeriesKB} KB of heap'],
];

/** What is no figure: names of versions and standards, statuses, and the rules that skills.md hands on. */
const NAMES: readonly RegExp[] = [
  /Prometheus 2 and 3\b/, /Prometheus [23]\b/, /before version 3,/, /OpenMetrics [12]\.0/, /for it 2\.0/, /and 2\.0 \(/, /Express 4 and 5/, /HTTP\/2 before Node 24/, /npm 12/, /TypeScript 5\.4/, /ES20\d\d/, /U\+2028/, /PID 1/, /\bPM2\b/, /dashboards 11159 and 14058/,
  /Node 22\.18 and later/, /Node 20 to 26/, /on Node 18 too/, /from version 25 on/,
  /get [45]\d\d/, /port below 1024/, /exit code 0/, /Panel \d/, /95th percentile/, /\(p95\)/, /at 0\b/, /from 0\b/, /never 0/, /not 0\b/, /is 0\b/, /of 0 for/, /gauge of 1 where/, / 0\.0 to 1\.0 \|/, /0 and more/, /below 0 or above 1\b/,
  /under 100 values/, /under 10 000 series/, /10 000 series in all/, /every 60 seconds/,
];

test('the file of facts has what the sources have', () => {
  assert.deepEqual(readFacts(), facts(), 'npm run facts writes it again');
});

for (const shown of pages) {
  test(`each number in the prose of ${shown.file} is one of the facts, or part of a name`, () => {
    const found = readFacts();
    const statements = STATEMENTS.filter(([of]) => of === shown).flatMap(([, ...says]) => says);
    let rest = prose(shown);
    for (const statement of statements) {
      const said = statement.replaceAll(/\{(\w+)\}/g, (_, name: string) => found[name] ?? assert.fail(`there is no fact ${name}`));
      assert.ok(rest.includes(said), `it should say "${said}"`);
      rest = rest.replaceAll(said, '');
    }
    // What stands in code is run or compared elsewhere.
    rest = rest.replaceAll(/`[^`]*`/g, '').replaceAll(/\]\([^)]*\)|<https?:[^>]*>/g, '').replaceAll(/^(#+ )?\d+\. /gm, '');
    for (const name of NAMES) rest = rest.replaceAll(new RegExp(name, 'g'), '');
    assert.deepEqual(rest.match(/^.*\d.*$/gm) ?? [], []);
  });
}

/** Without blocks, the tables that are written from results, and the budgets that `vendoring.spec.ts` compares. */
function prose({ file, text }: Page): string {
  const written = [...(file === 'README.md' ? ['Performance'] : []), ...SECTIONS.filter((each) => file.endsWith(`/${each.page}`)).map(({ heading }) => heading)];
  const sections = text.split(/^(?=## )/m).filter((section) => !written.some((heading) => section.startsWith(`## ${heading}\n`)));
  return sections.join('').replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/^\| .* [\d.]+ kB \|$/gm, '');
}
