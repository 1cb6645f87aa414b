// What editors show of instruments: their members, without those of the library's own, and an example when one is made.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules/.bin/tsc');
const folder = mkdtempSync(join(tmpdir(), 'promlet-declarations-'));
after(() => rmSync(folder, { recursive: true }));
execFileSync(process.execPath, [compiler, '-p', join(root, 'lib'), '--outDir', folder]);

const EVERY = ['name', 'help', 'type', 'unit', 'labelNames', 'optionalLabels', 'maxSeries', 'ttlSeconds', 'rejectedWrites', 'overflowedWrites', 'labels', 'get', 'remove', 'removeMatching', 'clear', 'reset', 'collect', 'refresh'];
const TIMED = ['observe', 'observeMany', 'startTimer', 'time'];

const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  "Counter<'a'>": [...EVERY, 'inc', 'replace'],
  "Gauge<'a'>": [...EVERY, 'set', 'inc', 'dec', 'setToCurrentTime', 'startTimer', 'replace'],
  "Histogram<'a'>": [...EVERY, ...TIMED, 'buckets'],
  "Summary<'a'>": [...EVERY, ...TIMED, 'percentiles'],
  "Info<'a'>": [...EVERY, 'set', 'replace'],
  "StateSet<'a'>": [...EVERY, 'set', 'toggle', 'replace'],
  CounterSeries: ['labels', 'createdMs', 'remove', 'inc', 'value', 'exemplar'],
  GaugeSeries: ['labels', 'createdMs', 'remove', 'set', 'inc', 'dec', 'setToCurrentTime', 'startTimer', 'value'],
  HistogramSeries: ['labels', 'createdMs', 'remove', ...TIMED, 'bounds', 'counts', 'sum', 'exemplars', 'native'],
  SummarySeries: ['labels', 'createdMs', 'remove', ...TIMED, 'sum', 'count', 'quantiles'],
  InfoSeries: ['labels', 'createdMs', 'remove'],
  StateSetSeries: ['labels', 'createdMs', 'remove', 'set', 'toggle', 'states'],
  Instrument: ['name', 'names', 'help', 'type', 'labelNames', 'optionalLabels', 'rejectedWrites', 'overflowedWrites', 'collect', 'refresh', 'reset'],
  Registry: ['labels', 'register', 'getOrRegister', 'get', 'instruments', 'reset', 'unregister', 'collect', 'refresh'],
};

/** What the compiler says of a file beside the declarations; nothing where it is right. */
function complaints(text: string): string {
  const file = join(folder, 'own.mts');
  writeFileSync(file, text);
  const options = ['--ignoreConfig', '--noEmit', '--strict', '--exactOptionalPropertyTypes', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2023', '--types', '', '--allowImportingTsExtensions'];
  return spawnSync(process.execPath, [compiler, ...options, file], { encoding: 'utf8' }).stdout;
}

test('instruments and their series show these members, and no others', () => {
  const types = Object.keys(MEMBERS).map((type) => type.replace(/<.*/, ''));
  const lines = Object.entries(MEMBERS).map(([type, members]) => `check<Same<Extract<keyof ${type}, string>, ${members.map((member) => `'${member}'`).join(' | ')}>>(true);`);
  const head = `import type { ${types.join(', ')} } from './index.js';
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : { missing: Exclude<B, A> }) : { tooMany: Exclude<A, B> };
declare function check<T>(given: T): void;
`;
  assert.equal(complaints(head + lines.join('\n')), '');
  // The comparison notices both one too many and one too few.
  for (const members of ["'labels'", "'labels' | 'createdMs' | 'remove' | 'other'"]) {
    assert.match(complaints(`${head}check<Same<Extract<keyof InfoSeries, string>, ${members}>>(true);`), /error TS/);
  }
});

for (const file of ['counter', 'gauge', 'histogram', 'summary', 'info', 'stateset']) {
  test(`who makes a ${file} is shown what it is, and an example that compiles`, () => {
    const text = readFileSync(join(folder, `metrics/${file}.d.ts`), 'utf8');
    const [, comment = ''] = /\/\*\*((?:(?!\*\/)[^])*)\*\/\n    constructor\(/.exec(text) ?? [];
    assert.match(comment, /^\n     \* [A-Z][^\n]+\.\n/);
    const [, example = ''] = /@example\n +\* ```ts\n([^]*?)```/.exec(comment) ?? [];
    const code = example.replace(/^ +\* ?/gm, '');
    assert.match(code, /new \w+\(/);
    const head = `import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from './index.js';
declare const registry: Registry, queue: unknown[], request: unknown;
declare function handle(request: unknown): Promise<void>;
`;
    assert.equal(complaints(head + code), '');
  });
}
