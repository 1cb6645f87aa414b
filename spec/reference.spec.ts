// `reference` and `promlet reference`: all metrics as a table that can be committed.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { metricsHandler } from '../lib/http.ts';
import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, openMetrics, render } from '../lib/index.ts';
import { reference } from '../lib/testing.ts';
import { cases } from './golden/cases.ts';
import { listen, run, runWith, temporaryFolder } from './run-command.ts';

const HEAD = '| metric | type | unit | labels | help |\n|---|---|---|---|---|\n';

function shop(): Registry {
  const registry = new Registry({ labels: { service: 'shop' }, onWarning: () => {} });
  const requests = registry.register(new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['method', 'status', 'user'], labelValues: { method: ['POST', 'GET'] } }));
  requests.inc({ method: 'GET', status: 200, user: 'u7' });
  registry.register(new Histogram({ name: 'request_seconds', help: 'How long.', unit: 'seconds', labelNames: ['route'] })).observe({ route: '/users/:id' }, 1);
  registry.register(new Summary({ name: 'sent_bytes', help: 'Sizes.', optionalLabels: ['tenant'] }));
  registry.register(new Gauge({ name: 'load_ratio', help: '' }));
  registry.register(new StateSet({ name: 'door', help: 'Door.', states: ['shut', 'open'] }));
  registry.register(new Info({ name: 'build_info', help: 'Build.', labelNames: ['version'] })).set({ version: '1.2.3' });
  return registry;
}

const TABLE = `${HEAD}| \`build_info\` | info | | \`service\`: \`shop\`; \`version\` | Build. |
| \`door\` | stateset | | \`door\`: \`shut\`, \`open\`; \`service\`: \`shop\` | Door. |
| \`load_ratio\` | gauge | ratio | \`service\`: \`shop\` | |
| \`request_seconds\` | histogram | seconds | \`route\`: \`/users/:id\`; \`service\`: \`shop\` | How long. |
| \`requests_total\` | counter | | \`method\`: \`POST\`, \`GET\`; \`service\`: \`shop\`; \`status\`: \`200\`; \`user\` | Requests. |
| \`sent_bytes\` | summary | bytes | \`service\`: \`shop\`; \`tenant\` | Sizes. |
`;

test('lists each metric with type, unit, labels with their known values, and help, sorted by name', async () => {
  assert.equal(await reference(shop()), TABLE);
  assert.equal(await reference(new Registry()), HEAD);
});

test('stays the same whatever the values are, and in whatever order metrics were registered', async () => {
  const registry = new Registry();
  for (const instrument of shop().instruments().reverse()) registry.register(instrument);
  const outer = new Registry({ labels: { service: 'shop' } });
  outer.register(registry);
  assert.equal(await reference(outer), TABLE);
  registry.get<Counter<'method' | 'status' | 'user'>>('requests_total')!.inc({ method: 'POST', status: '200', user: 'u8' }, 5);
  registry.get<Counter<'method' | 'status' | 'user'>>('requests_total')!.inc({ method: 'POST', status: '200', user: 'u8' }, NaN);
  registry.get<Histogram<'route'>>('request_seconds')!.observe({ route: '/users/:id' }, 9);
  assert.equal(await reference(outer), TABLE);
});

test('lists no values that look like ids, versions or times, and none of a label with more than ten', async () => {
  const registry = new Registry();
  const gauge = registry.register(new Gauge({ name: 'a', help: '', labelNames: ['x'], maxSeries: 11 }));
  const labelsOf = async (...values: readonly string[]): Promise<string> => {
    gauge.clear();
    for (const x of values) gauge.set({ x }, 1);
    return /^\| `a` \| gauge \| \| (.*) \| \|$/m.exec(await reference(registry))![1]!;
  };
  for (const lasting of ['GET', 'pytest-run', 'text/html', '/users/:id/*', '/items/{id}', 'true', '404', '5xx', 'größe', 'two words']) assert.equal(await labelsOf(lasting), `\`x\`: \`${lasting}\``);
  for (const volatile of ['7', 'v1', '1.2', 'pod-7f9c', '2026-11-26', '/users/7', '10.0.0.1', '600', 'a\nb', 'x'.repeat(61)]) {
    assert.equal(await labelsOf(volatile), '`x`');
    // One such value makes all of the label doubtful.
    assert.equal(await labelsOf('GET', volatile), '`x`');
  }
  const letters = [...'abcdefghijk'];
  assert.equal(await labelsOf(...letters.slice(0, 10).reverse()), `\`x\`: ${letters.slice(0, 10).map((letter) => `\`${letter}\``).join(', ')}`);
  assert.equal(await labelsOf(...letters), '`x`');
});

test('lists declared values as they are declared, the first 20 of them, and values only on request', async () => {
  const registry = new Registry();
  const values = Array.from({ length: 25 }, (_, i) => `v${i}`);
  registry.register(new Counter({ name: 'a_total', help: '', labelNames: ['x'], labelValues: { x: values } }));
  assert.equal(await reference(registry), `${HEAD}| \`a_total\` | counter | | \`x\`: ${values.slice(0, 20).map((value) => `\`${value}\``).join(', ')}, 5 more | |\n`);
  assert.equal(await reference(registry, { values: false }), `${HEAD}| \`a_total\` | counter | | \`x\` | |\n`);
});

test('leaves the overflow series out, and metrics that come with faults alone', async () => {
  const registry = new Registry({ onWarning: () => {} });
  const counter = registry.register(new Counter({ name: 'a_total', help: '', labelNames: ['x'], maxSeries: 1 }));
  for (const x of ['one', 'two']) counter.inc({ x });
  counter.inc({ x: 'one' }, NaN);
  assert.match(render(registry), /promlet_overflowed_writes_total/);
  assert.equal(await reference(registry), `${HEAD}| \`a_total\` | counter | | \`x\`: \`one\` | |\n`);
});

test('whatever a name, label or help holds stays in its cell', async () => {
  const registry = new Registry();
  const help = 'a|b\\|c `d` *e* _f_ g_h <i> [j](k) ~l~ &amp; $m$\nn\u202eo';
  registry.register(new StateSet({ name: 'a|b', help, names: 'utf8', states: ['x|y', '`z`', '\n'] }));
  const row = (await reference(registry)).slice(HEAD.length);
  assert.equal(row, '| `a\\|b` | stateset | | `a\\|b`: `x\\|y`, `` `z` ``, `\\n` | a\\|b\\\\\\|c \\`d\\` \\*e\\* \\_f\\_ g_h \\<i\\> \\[j\\](k) \\~l\\~ \\&amp; \\$m\\$ n\ufffdo |\n');
  for (const make of Object.values(cases)) {
    const lines = (await reference(make())).trimEnd().split('\n');
    // Pipes that end a cell, six in each row.
    for (const line of lines) assert.equal(line.match(/(?<!\\)\|/g)?.length, 6, line);
  }
});

test('refreshes first, and takes any collector', async () => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'a', help: 'A.', labelNames: ['b'], refresh: async (gauge) => { await null; gauge.set({ b: 'now' }, 1); } }));
  assert.match(await reference(registry), /`b`: `now`/);
  assert.equal(await reference({ collect: () => [{ type: 'gauge', name: 'x', help: '', points: [] }] }), `${HEAD}| \`x\` | gauge | | | |\n`);
  await assert.rejects(reference(registry, { value: false } as never), { code: 'ERR_OPTION', message: 'reference: expected a known option, such as "values", got "value"' });
});

test('the command prints the table of a file, of stdin and of a URL', async (t) => {
  const path = join(temporaryFolder(t), 'metrics.txt');
  writeFileSync(path, render(shop(), openMetrics));
  // What was read has no declarations.
  const read = TABLE.replace('`method`: `POST`, `GET`', '`method`: `GET`').replace('bytes | `service`: `shop`; `tenant` |', 'bytes | |');
  const shown = await run('reference', path);
  assert.deepEqual({ ...shown, stdout: '' }, { exitCode: 0, stdout: '', stderr: '' });
  assert.equal(Buffer.from(shown.stdout, 'latin1').toString(), read);
  assert.deepEqual(await runWith({ stdin: [readFileSync(path)] }, 'reference', '-'), shown);
  const url = await listen(t, metricsHandler(shop()));
  const lines = (await run('reference', url)).stdout.split('\n');
  for (const line of shown.stdout.split('\n')) assert.ok(lines.includes(line), line);
  assert.match((await run('reference', '--without-values', path)).stdout, /^\| `build_info` \| info \| \| `service`; `version` \| Build\. \|$/m);
});

test('the command checks a table, whatever stands around it', async (t) => {
  const folder = temporaryFolder(t);
  const [metrics, page] = [join(folder, 'metrics.txt'), join(folder, 'METRICS.md')];
  writeFileSync(metrics, '# HELP a A.\n# TYPE a gauge\na 1\n# HELP b B.\n# TYPE b gauge\nb{c="d"} 1\n');
  const { stdout: table } = await run('reference', metrics);
  const check = () => run('reference', '--check', page, metrics);
  for (const text of [table, `# Metrics\n\nAll of them:\n\n${table}\nThe end.\n`, table.replaceAll('\n', '\r\n'), table.trimEnd()]) {
    writeFileSync(page, text);
    assert.deepEqual(await check(), { exitCode: 0, stdout: `OK: ${page} has all metrics as they are.\n`, stderr: '' });
  }
  writeFileSync(metrics, '# HELP a A.\n# TYPE a gauge\na 2\n# HELP b Bees.\n# TYPE b gauge\nb{c="d"} 1\n');
  assert.deepEqual(await check(), {
    exitCode: 1,
    stdout: '',
    stderr: `promlet: ${page} is not up to date (- in the file, + now):\n- | \`b\` | gauge | | \`c\`: \`d\` | B. |\n+ | \`b\` | gauge | | \`c\`: \`d\` | Bees. |\nReplace the table by what the command prints without --check.\n`,
  });
  const [one, two, ...rows] = (await run('reference', metrics)).stdout.split('\n');
  writeFileSync(page, [one, two, ...rows.reverse().filter((row) => row !== '')].join('\n'));
  assert.match((await check()).stderr, /^the lines are there, but not in this order or not once each$/m);
  writeFileSync(page, '# Metrics\n');
  assert.deepEqual(await check(), { exitCode: 1, stdout: '', stderr: `promlet: ${page}: expected a table of metrics, found none\nPut into it what the command prints without --check.\n` });
  assert.deepEqual(await run('reference', '--check', join(folder, 'none.md'), metrics), { exitCode: 1, stdout: '', stderr: `promlet: cannot read ${join(folder, 'none.md')}: no such file or directory\nWrite it first: promlet reference … > FILE\n` });
});
