// Exemplars on their whole way: given to a write, asked for by a real Prometheus in the format that has them,
// kept by it, and queried back.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { serve } from '../lib/http.ts';
import { Counter, Histogram, Registry } from '../lib/index.ts';
import { testWith } from './programs.ts';
import { eventually, startPrometheus } from './prometheus-server.ts';

/** As the API has them; times in seconds. */
interface SeriesExemplars {
  readonly seriesLabels: Readonly<Record<string, string>>;
  readonly exemplars: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: string; readonly timestamp: number }[];
}

testWith(['prometheus'], 'a real Prometheus keeps the exemplars of counters and buckets', async (t) => {
  const registry = new Registry();
  const runs = registry.register(new Counter({ name: 'runs_total', help: 'Runs.', labelNames: ['skill'] }));
  const durations = registry.register(new Histogram({ name: 'duration_seconds', help: 'How long.', buckets: [1, 10] }));
  const now = Date.now();
  // Nothing that has to be escaped: Prometheus 2 takes the escapes of an exemplar for part of its text.
  runs.inc({ skill: 'lint' }, 2, { labels: { trace_id: '4bf9 # {😀}', user: 'x' }, timestampMs: now - 3 });
  runs.inc({ skill: 'build' });
  durations.observe(0.25, { labels: { trace_id: 'quick' }, timestampMs: now - 2 });
  durations.observe(5);
  durations.observe(70, { labels: { trace_id: 'slow' }, timestampMs: now - 1 });

  const server = await serve(registry, { port: 0, host: '127.0.0.1' });
  const directory = mkdtempSync(join(tmpdir(), 'promlet-exemplars-'));
  writeFileSync(
    join(directory, 'prometheus.yml'),
    `global: {scrape_interval: 1s}\nscrape_configs: [{job_name: exemplars, static_configs: [{targets: ['127.0.0.1:${server.port}']}]}]\n`,
  );
  // With native histograms it asks for the binary format first, and for OpenMetrics only after that.
  const prometheus = await startPrometheus(directory, '--enable-feature=exemplar-storage,native-histograms');
  t.after(async () => {
    await prometheus.stop();
    await server.close();
    rmSync(directory, { recursive: true });
  });

  await eventually(async () => {
    const found = (await prometheus.get(
      `query_exemplars?${new URLSearchParams({ query: '{job="exemplars"}', start: `${now / 1000 - 60}`, end: `${now / 1000 + 60}` })}`,
    )) as SeriesExemplars[];
    const flat = found.flatMap(({ seriesLabels: { __name__: name, skill, le }, exemplars }) =>
      exemplars.map(({ labels, value, timestamp }) => ({ name, of: skill ?? le, labels, value: Number(value), timeMs: Math.round(timestamp * 1000) })),
    );
    assert.deepEqual(flat.sort((a, b) => a.timeMs - b.timeMs), [
      { name: 'runs_total', of: 'lint', labels: { trace_id: '4bf9 # {😀}', user: 'x' }, value: 2, timeMs: now - 3 },
      { name: 'duration_seconds_bucket', of: '1.0', labels: { trace_id: 'quick' }, value: 0.25, timeMs: now - 2 },
      { name: 'duration_seconds_bucket', of: '+Inf', labels: { trace_id: 'slow' }, value: 70, timeMs: now - 1 },
    ]);
  });
  // The values beside them are read as well as without.
  const counts = await prometheus.query('{__name__=~"runs_total|duration_seconds_.+"}');
  assert.deepEqual(
    Object.fromEntries(counts.map(({ metric: { __name__: name, skill, le }, samples }) => [`${name} ${skill ?? le ?? ''}`.trim(), samples[0]!.value])),
    {
      'runs_total lint': 2,
      'runs_total build': 1,
      'duration_seconds_bucket 1.0': 1,
      'duration_seconds_bucket 10.0': 2,
      'duration_seconds_bucket +Inf': 3,
      duration_seconds_sum: 75.25,
      duration_seconds_count: 3,
    },
  );
});
