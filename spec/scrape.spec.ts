// What a real Prometheus makes of each format: the same labels and numbers from all of them, however hostile,
// and exemplars from the one that has them.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { serve } from '../lib/http.ts';
import { Counter, Gauge, Histogram, Registry, text, text1 } from '../lib/index.ts';
import { testWith } from './programs.ts';
import { eventually, startPrometheus } from './prometheus-server.ts';

const VALUES = ['plain', '"', '\\', '\n', '\\n', '\0', '\r', '{a="b"} 1', '😀', '\u2028', '\ufeff', '__proto__', ' ', 'long'.repeat(2000)];
const NUMBERS = [0, 1, -1.5, 1e21, 5e-324, 123456.7, Number.MAX_VALUE, NaN, Infinity, -Infinity];

/** As the API has them; times in seconds. */
interface SeriesExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: string; readonly timestamp: number }[];
}

testWith(['prometheus'], 'a real Prometheus scrapes each format', async (t) => {
  const registry = new Registry();
  const runs = registry.register(new Counter({ name: 'runs_total', help: 'Runs.', labelNames: ['skill'] }));
  const levels = registry.register(new Gauge({ name: 'level', help: 'Level.', labelNames: ['of'] }));
  const durations = registry.register(new Histogram({ name: 'duration_seconds', help: 'How long.', buckets: [1, 10] }));
  const now = Date.now();
  VALUES.forEach((skill, i) => runs.inc({ skill }, i));
  NUMBERS.forEach((number, i) => levels.set({ of: i }, number));
  // Nothing that has to be escaped: Prometheus 2 takes the escapes of an exemplar for part of its text.
  runs.inc({ skill: 'plain' }, 2, { labels: { trace_id: '4bf9 # {😀}', user: 'x' }, timestampMs: now - 3 });
  durations.observe(0.25, { labels: { trace_id: 'quick' }, timestampMs: now - 2 });
  durations.observe(5);
  durations.observe(70, { labels: { trace_id: 'slow' }, timestampMs: now - 1 });

  const host = '127.0.0.1';
  const servers = {
    text: await serve(registry, { port: 0, host, formats: [text] }),
    text1: await serve(registry, { port: 0, host, formats: [text1] }),
    // With native histograms Prometheus asks for the binary format first, and for OpenMetrics only after that.
    negotiated: await serve(registry, { port: 0, host }),
  };
  const directory = mkdtempSync(join(tmpdir(), 'promlet-scrape-'));
  const jobs = Object.entries(servers).map(([job, { port }]) => `{job_name: ${job}, static_configs: [{targets: ['${host}:${port}']}]}`);
  writeFileSync(join(directory, 'prometheus.yml'), `global: {scrape_interval: 1s}\nscrape_configs: [${jobs.join(', ')}]\n`);
  const prometheus = await startPrometheus(directory, '--enable-feature=exemplar-storage,native-histograms');
  t.after(async () => {
    await prometheus.stop();
    await Promise.all(Object.values(servers).map((server) => server.close()));
    rmSync(directory, { recursive: true });
  });
  await eventually(async () => {
    assert.deepEqual((await prometheus.query('up == 1')).map(({ metric }) => metric['job']).sort(), Object.keys(servers).sort());
  });

  for (const job of Object.keys(servers)) {
    await t.test(`${job}: labels and numbers are read as they were recorded`, async () => {
      const read = async (name: string, label: string): Promise<Record<string, number>> => {
        const answer = await prometheus.query(`${name}{job="${job}"}`);
        return Object.fromEntries(answer.map(({ metric, samples }) => [metric[label] ?? '', samples[0]!.value]));
      };
      assert.deepEqual(await read('runs_total', 'skill'), Object.fromEntries([...VALUES.entries()].map(([i, skill]) => [skill, i === 0 ? 2 : i])));
      assert.deepEqual(await read('level', 'of'), Object.fromEntries(NUMBERS.entries()));
      const buckets = job === 'negotiated' ? { '1.0': 1, '10.0': 2, '+Inf': 3 } : { '1': 1, '10': 2, '+Inf': 3 };
      assert.deepEqual(await read('duration_seconds_bucket', 'le'), buckets);
      assert.deepEqual([await read('duration_seconds_sum', 'le'), await read('duration_seconds_count', 'le')], [{ '': 75.25 }, { '': 3 }]);
    });
  }

  await t.test('the exemplars of counters and buckets can be queried back', async () => {
    const range = { start: `${now / 1000 - 60}`, end: `${now / 1000 + 60}` };
    const found = (await prometheus.get(`query_exemplars?${new URLSearchParams({ query: '{job=~".+"}', ...range })}`)) as SeriesExemplars[];
    const flat = found.flatMap(({ seriesLabels: { __name__: name, job, skill, le }, exemplars }) =>
      exemplars.map(({ labels, value, timestamp }) => ({ name, job, of: skill ?? le, labels, value: Number(value), timeMs: Math.round(timestamp * 1000) })),
    );
    const job = 'negotiated';
    assert.deepEqual(flat.sort((a, b) => a.timeMs - b.timeMs), [
      { name: 'runs_total', job, of: 'plain', labels: { trace_id: '4bf9 # {😀}', user: 'x' }, value: 2, timeMs: now - 3 },
      { name: 'duration_seconds_bucket', job, of: '1.0', labels: { trace_id: 'quick' }, value: 0.25, timeMs: now - 2 },
      { name: 'duration_seconds_bucket', job, of: '+Inf', labels: { trace_id: 'slow' }, value: 70, timeMs: now - 1 },
    ]);
  });
});
