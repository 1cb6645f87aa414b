// The README as its readers take it: what it shows is run, and what its tables say is compared.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { PrometheusExporter } from '../lib/exporter.ts';
import { openMetricsWith, render, text, text1 } from '../lib/index.ts';
import type { CounterFamily, CounterPoint, Format, HistogramFamily, MetricFamily } from '../lib/index.ts';
import { openMetrics2 } from '../lib/openmetrics2.ts';
import { parse, parseProtobuf } from '../lib/parse.ts';
import type { ParseFormat } from '../lib/parse.ts';
import { protobuf } from '../lib/protobuf.ts';
import { testIn } from './framework.ts';
import { testWith } from './programs.ts';
import { root, userProject } from './user-project.ts';
import type { UserProject } from './user-project.ts';

const tsx = import.meta.resolve('tsx');
const frameworks = join(root, 'spec/frameworks');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** Code blocks, with the `text` block that shows what a reader gets, where one follows. */
const blocks = [...readme.matchAll(/^```ts\n([^]*?)^```\n(?:[^`]*?^```text\n([^]*?)^```)?/gm)].map(([, code, shown], i) => ({
  name: `block ${i + 1}, which begins ${code!.trim().split('\n')[1] || code!.trim().split('\n')[0]!}`,
  code: code!,
  shown,
}));

test('every ts block compiles and runs, and what it makes is what the text below it says', async () => {
  assert.ok(blocks.length >= 4);
  assert.equal(blocks.length, readme.match(/^```ts$/gm)?.length);
  const plain = blocks.filter(({ code }) => !isOfExpress(code));
  await inProject(async (project) => {
    plain.forEach(({ code, shown }, i) => project.write(`block${i}.ts`, runnable(code, shown !== undefined)));
    assert.equal(await project.check(), '');
    for (const [i, { name, shown }] of plain.entries()) {
      const { code, output } = await project.run('--import', tsx, `block${i}.ts`);
      assert.equal(code, 0, `${name}: ${output}`);
      if (shown !== undefined) assert.ok(output.trimEnd().endsWith(shown.trimEnd()), `${name} shows\n${output}`);
    }
  });
});

testIn('express', 'the service in ten lines compiles, runs in Express, and shows the lines below it', async () => {
  const [service, ...others] = blocks.filter(({ code }) => isOfExpress(code));
  assert.deepEqual(others, []);
  const { code: lines, shown } = service!;
  assert.equal(lines.trim().split('\n').length, 10);
  await inProject(async (project) => {
    project.link(frameworks, 'express');
    project.write('service.ts', `${lines.replace('listen(3000)', "listen(0, '127.0.0.1')")}\n${ASK}`);
    assert.equal(await project.check(), '');
    const { code, output } = await project.run('--import', tsx, 'service.ts');
    assert.equal(code, 0, output);
    // What a process takes is another number each time.
    const comparable = (text: string): string[] => text.trim().split('\n').map((line) => line.replace(/^(process_|nodejs_)(.*) \S+$/, '$1$2 …'));
    const found = new Set(comparable(output));
    assert.deepEqual(comparable(shown!).filter((line) => !found.has(line)), [], output);
  });
});

test('the table of errors has each code of the source, and no other', () => {
  const source = readFileSync(join(root, 'lib/core/errors.ts'), 'utf8');
  const declared = [...source.matchAll(/^ {2}\| '(ERR_\w+)'/gm)].map(([, code]) => code);
  assert.deepEqual([...readme.matchAll(/^\| `(ERR_\w+)` \|/gm)].map(([, code]) => code), declared);
});

test('the table of the exporter’s metrics is what the exporter has', () => {
  const rows = [...readme.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \| (.*?) \|/gm)].map(([, name, type, labels]) => ({
    name,
    type,
    labels: labels === 'none' ? [] : labels!.replaceAll('`', '').split(', '),
  }));
  const { registry } = new PrometheusExporter();
  const families = registry.collect().map(({ name, type }) => ({ name, type, labels: [...registry.get(name)!.labelNames] }));
  assert.deepEqual(rows, families);
});

test('the table of entry points has each of the package', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, string> };
  const importable = Object.keys(exports).filter((path) => path !== './package.json').map((path) => path.replace('.', 'promlet'));
  assert.deepEqual([...readme.matchAll(/^\| `(promlet[/\w]*)` \|/gm)].map(([, name]) => name), importable);
});

test('the table of formats says what each writer answers, and what it shows', () => {
  const read = (format: ParseFormat) => (written: string | Uint8Array): MetricFamily[] => parse(written, { format });
  const writers: Readonly<Record<string, readonly [Format<string | Uint8Array>, (written: string | Uint8Array) => MetricFamily[]]>> = {
    text: [text, read('text')],
    text1: [text1, read('text')],
    openMetrics: [openMetricsWith({ created: true }), read('openmetrics')],
    protobuf: [protobuf.withEscaping!('underscores'), (written) => parseProtobuf(written as Uint8Array)],
    openMetrics2: [openMetrics2, read('openmetrics2')],
  };
  const example = { labels: { trace_id: 'x' }, value: 1, timestampMs: 1 };
  const native = { schema: 0, zeroThreshold: 0, zeroCount: 0, positive: { indexes: [1], counts: [1] }, negative: { indexes: [], counts: [] } };
  const families: MetricFamily[] = [
    { type: 'counter', name: 'sent_bytes_total', unit: 'bytes', help: '', points: [{ labels: {}, value: 1, exemplar: example, createdMs: 1000 }] },
    { type: 'histogram', name: 'h', help: '', points: [{ labels: {}, bounds: [], counts: [1], sum: 2, native }] },
    { type: 'gauge', name: 'ü', help: '', points: [{ labels: {}, value: 1 }] },
  ];
  const rows = [...readme.matchAll(/^\| `(\w+)` \| `(\S+\/\S+;.*?)` \| (.*?) \|$/gm)];
  assert.deepEqual(rows.map(([, name]) => name), Object.keys(writers));
  for (const [, name, contentType, features] of rows) {
    const [writer, readBack] = writers[name!]!;
    assert.equal(writer.contentType, contentType);
    const [counter, histogram] = readBack(render(families, writer)) as [CounterFamily, HistogramFamily];
    const names = readBack(render(families, writer.withEscaping?.('allow-utf-8') ?? writer)).at(-1)!.name;
    const [count] = counter.points as readonly CounterPoint[];
    const shown = [names === 'ü', count!.exemplar !== undefined, count!.createdMs !== undefined, counter.unit !== undefined, [...histogram.points][0]!.native !== undefined];
    // By default OpenMetrics 1.0 spells such names as all readers can take them.
    if (name === 'openMetrics') shown[0] = false;
    assert.equal(features, shown.map((is) => (is ? 'yes' : 'no')).join(' | '), name);
  }
});

testWith(['promtool'], 'the PromQL is what Prometheus reads', () => {
  const queries = [...readme.matchAll(/^```promql\n([^]*?)^```/gm)].flatMap(([, block]) => block!.trim().split('\n'));
  assert.ok(queries.length > 0);
  const folder = mkdtempSync(join(tmpdir(), 'promlet-readme-'));
  const rules = queries.map((query, i) => `      - { record: "r${i}", expr: ${JSON.stringify(query)} }`);
  writeFileSync(join(folder, 'rules.yml'), `groups:\n  - name: readme\n    rules:\n${rules.join('\n')}\n`);
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', 'rules.yml'], { cwd: folder, encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  assert.equal(status, 0, stdout + stderr);
});

test('links lead to files that exist, and the README stays within 250 lines', () => {
  for (const [, target] of readme.matchAll(/\]\((?!http|#)([^)]+)\)/g)) assert.ok(existsSync(join(root, target!)), target);
  assert.ok(readme.split('\n').length <= 251, `${readme.split('\n').length} lines`);
});

function isOfExpress(code: string): boolean {
  return code.includes("from 'express'");
}

/** Sends the service one request, and prints what it shows then. */
const ASK = `
await new Promise<void>((resolve) => void server.once('listening', resolve));
const origin = \`http://127.0.0.1:\${(server.address() as { port: number }).port}\`;
await (await fetch(\`\${origin}/users/7\`)).text();
process.stdout.write(await (await fetch(\`\${origin}/metrics\`)).text());
setImmediate(() => process.exit(0));
`;

async function inProject(run: (project: UserProject) => Promise<void>): Promise<void> {
  const project = userProject();
  try {
    await run(project);
  } finally {
    project.remove();
  }
}

/**
 * The block as a file of its own: on any free port, printing what it serves but for the handler's metrics
 * about itself, and ending by itself.
 */
function runnable(code: string, isShown: boolean): string {
  const onFreePort = code.replace(/port: \d+/g, 'port: 0');
  const withoutHandler = String.raw`replace(/^(# \w+ )?promlet_handler_.*\n/gm, '')`;
  const show = isShown && code.includes('serve(') ? `process.stdout.write((await (await fetch(server.url + '/metrics')).text()).${withoutHandler});` : '';
  return `${onFreePort}\n${show}\nsetImmediate(() => process.exit(0));\n`;
}
