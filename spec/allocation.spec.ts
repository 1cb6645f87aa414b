// The record path makes no garbage: what bound children do costs no memory, however often.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const CALLS = 300_000;

const SCRIPT = `
  import { Counter, Gauge, Histogram } from ${JSON.stringify(new URL('../lib/index.ts', import.meta.url).href)};
  const labelNames = ['method', 'status'];
  const counter = new Counter({ name: 'c_total', help: '', labelNames }).labels('GET', 200);
  const gauge = new Gauge({ name: 'g', help: '', labelNames }).labels('GET', 200);
  const histogram = new Histogram({ name: 'h', help: '', labelNames }).labels('GET', 200);
  const bare = new Counter({ name: 'bare_total', help: '' });
  const kept = [];
  const acts = {
    'counter.inc()': () => counter.inc(),
    'counter.inc(0.5)': () => counter.inc(0.5),
    'gauge.set(0.1)': () => gauge.set(0.1),
    'gauge.dec(0.3)': () => gauge.dec(0.3),
    'histogram.observe(0.03)': () => histogram.observe(0.03),
    'bare.inc(0.5)': () => bare.inc(0.5),
    'an array': () => kept[0] = [1],
  };
  const bytesPerCall = {};
  for (const [name, act] of Object.entries(acts)) {
    const call = new Function('act', 'for (let i = 0; i < ${CALLS}; i++) act();');
    // The least of some rounds: in the first ones the compiler is still at work, on a busy machine in many.
    let least = Infinity;
    for (let round = 0; round < 6 || (round < 50 && least > 0.4 * ${CALLS}); round++) {
      gc();
      const before = process.memoryUsage().heapUsed;
      call(act);
      least = Math.min(least, process.memoryUsage().heapUsed - before);
    }
    bytesPerCall[name] = least / ${CALLS};
  }
  console.log(JSON.stringify(bytesPerCall));
`;

test('a bound `inc`, `set` or `observe` allocates nothing', async () => {
  // With a young generation this large nothing is collected meanwhile, and all that was allocated is seen.
  const flags = ['--expose-gc', '--min-semi-space-size=32', '--max-semi-space-size=32', '--import', 'tsx', '--input-type=module'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, '--eval', SCRIPT], { timeout: 300_000 });
  const { 'an array': control, ...bytesPerCall } = JSON.parse(stdout) as Record<string, number>;
  assert.ok(control! > 8, `the measurement misses what an array takes: ${control} bytes`);
  for (const [name, bytes] of Object.entries(bytesPerCall)) assert.ok(bytes < 0.5, `${name}: ${bytes} bytes a call`);
});
