// What a steady group costs in memory: a snapshot the bytes that it sends, and a merge the points that it shows.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const SERIES = 20_000;

const url = (file: string): string => JSON.stringify(new URL(`../${file}`, import.meta.url).href);

const SCRIPT = `
  import { Counter, Registry } from ${url('lib/index.ts')};
  import { Merger } from ${url('lib/merging/merger.ts')};
  import { SnapshotWriter } from ${url('lib/merging/snapshot-writer.ts')};
  import { done } from ${url('spec/merging.ts')};
  const members = Array.from({ length: 4 }, () => {
    const registry = new Registry();
    const jobs = registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'], maxSeries: Infinity }));
    for (let i = 0; i < ${SERIES}; i++) jobs.inc({ queue: 'queue ' + i }, i + 0.5);
    return { registry, writer: new SnapshotWriter() };
  });
  const merger = new Merger((error) => { throw error; });
  const taken = ({ registry, writer }) => done(writer.take(registry.collect()));
  const parts = () => members.map((member, i) => ({ key: String(i), member: String(i), isEnded: false, ...taken(member) }));
  const steady = parts();
  let kept;
  const acts = { take: () => kept = taken(members[0]), merge: () => kept = done(merger.merge(steady)) };
  const bytes = {};
  for (const [name, act] of Object.entries(acts)) {
    bytes[name] = Infinity;
    for (let round = 0; round < 60; round++) {
      kept = undefined;
      gc();
      const before = process.memoryUsage().heapUsed;
      act();
      bytes[name] = Math.min(bytes[name], (process.memoryUsage().heapUsed - before) / ${SERIES});
    }
  }
  console.log(JSON.stringify({ ...bytes, sent: members.map(taken)[0].values.reduce((sum, { length }) => sum + length, 0) / ${SERIES} }));
`;

test('a steady snapshot sends some 8 bytes a counter, and takes little more than those; a merge takes the memory of its points', async () => {
  const flags = ['--expose-gc', '--min-semi-space-size=32', '--max-semi-space-size=32', '--import', 'tsx', '--input-type=module'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--eval', SCRIPT], { timeout: 300_000 });
  const { take, merge, sent } = JSON.parse(stdout) as Record<string, number>;
  // Numbers that were read, and nothing that stays.
  assert.ok(take! < 32, `${take} bytes of the heap a series`);
  assert.ok(sent! >= 8 && sent! < 8.1, `${sent} bytes a series are sent`);
  // That the measurement sees what is allocated: an object of two fields and its place in a list at least.
  assert.ok(merge! > 32 && merge! < 120, `${merge} bytes of the heap a merged series`);
});
