import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Info, Registry, openMetrics, render } from '../lib/index.ts';

test('shows facts as labels, of type info where the format has it', () => {
  const registry = new Registry();
  registry.register(new Info({ name: 'build_info', help: 'The build.', labelNames: ['version', 'commit'] })).set({ commit: 'abc', version: '1.2.3' });
  assert.equal(render(registry), '# HELP build_info The build.\n# TYPE build_info gauge\nbuild_info{version="1.2.3",commit="abc"} 1\n');
  assert.equal(render(registry, openMetrics), '# TYPE build info\n# HELP build The build.\nbuild_info{version="1.2.3",commit="abc"} 1\n# EOF\n');
});

test('`set` replaces the facts, `labels` adds to them', () => {
  const info = new Info({ name: 'disk_info', help: '', labelNames: ['disk'] });
  info.set({ disk: 'a' });
  info.set({ disk: 'b' });
  assert.deepEqual([info.get({ disk: 'a' }), info.get({ disk: 'b' })], [false, true]);
  info.labels({ disk: 'c' });
  assert.deepEqual(info.points.map(({ labels }) => labels), [{ disk: 'b' }, { disk: 'c' }]);
  info.set({ disk: 'c' });
  assert.deepEqual(info.points.map(({ labels }) => labels), [{ disk: 'c' }]);
});

test('`set` makes room before it takes it: one series is enough', () => {
  const info = new Info({ name: 'build_info', help: '', labelNames: ['version'], maxSeries: 1 });
  info.set({ version: '1' });
  info.set({ version: '2' });
  assert.deepEqual(info.points.map(({ labels }) => labels), [{ version: '2' }]);
  assert.equal(info.overflowedWrites, 0);
});

test('`set` with labels that do not fit leaves the facts as they are', () => {
  const info = new Info({ name: 'build_info', help: '', labelNames: ['version'] });
  info.set({ version: '1' });
  // @ts-expect-error: no such label
  assert.throws(() => info.set({ commit: 'abc' }), { code: 'ERR_LABELS' });
  // @ts-expect-error: no such value
  assert.throws(() => info.set({ version: null }), { code: 'ERR_LABEL_VALUE' });
  assert.deepEqual(info.points.map(({ labels }) => labels), [{ version: '1' }]);
});

for (const name of ['build', '_info', 'build_infos']) {
  test(`refuses the name ${name}`, () => {
    assert.throws(() => new Info({ name, help: '' }), { code: 'ERR_METRIC_NAME', message: `Info "${name}": expected a name that ends in "_info", got "${name}"` });
  });
}
