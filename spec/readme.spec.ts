// The README and the guide as their readers take them: what they show is run, and what their tables say is compared.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { after, test } from 'node:test';

import { certificate } from '../bench/certificate.ts';
import { PrometheusExporter } from '../lib/exporter.ts';
import { fetchHandler } from '../lib/fetch.ts';
import { openMetrics, openMetricsWith, Registry, render, text, text1 } from '../lib/index.ts';
import type { CounterFamily, CounterPoint, Format, HistogramFamily, MetricFamily } from '../lib/index.ts';
import { openMetrics2 } from '../lib/openmetrics2.ts';
import { parse, parseProtobuf } from '../lib/parse.ts';
import type { ParseFormat } from '../lib/parse.ts';
import { protobuf } from '../lib/protobuf.ts';
import { testIn } from './framework.ts';
import { anchorsOf, blocks, blocksIn, guide, page, pages, readme } from './pages.ts';
import { comparable, isOfExpress, readShown, shownByCommonJs, shownByService, tenLines, withoutTypes } from './ten-lines.ts';
import { root, userProject } from './user-project.ts';

const plain = blocksIn('ts').filter(({ code }) => !isOfExpress(code));
const project = userProject();
after(() => project.remove());

test('every ts block compiles under the strictest options', async () => {
  assert.ok(plain.length >= 15, `${plain.length} blocks`);
  plain.forEach(({ code, shown }, i) => project.write(`block${i}.ts`, runnable(code, shown !== undefined)));
  assert.equal(await project.check(), '');
});

for (const [i, { name, code, shown }] of plain.entries()) {
  test(`${name}: runs, and shows what the text below it says`, async () => {
    if (code.includes('.pem')) for (const [what, pem] of Object.entries(certificate())) writeFileSync(join(project.folder, `${what}.pem`), pem);
    project.write(`block${i}.mjs`, withoutTypes(runnable(code, shown !== undefined)));
    const { code: exitCode, output } = await project.run(`block${i}.mjs`);
    assert.equal(exitCode, 0, output);
    if (shown !== undefined) assert.ok(output.trimEnd().endsWith(shown.trimEnd()), output);
  });
}

testIn('express', 'the service in ten lines compiles, runs in Express, and shows the lines below it', async () => {
  assert.equal(tenLines().code.trim().split('\n').length, 10);
  const found = new Set((await shownByService(project)).split('\n').map(comparable));
  assert.equal(await project.check(), '');
  assert.deepEqual(tenLines().shown!.trim().split('\n').map(comparable).filter((line) => !found.has(line)), [], [...found].join('\n'));
});

test('the lines that the service shows are those of one run', () => {
  assert.deepEqual(tenLines().shown!.trim().split('\n'), readShown(), 'node --import tsx spec/ten-lines.ts writes them again');
});

testIn('express', 'the service in CommonJS counts in Express what it is asked', async () => {
  const [program] = blocksIn('js').filter((block) => block.page === page('service.md'));
  const lines = (await shownByCommonJs(project, program!.code)).split('\n');
  for (const line of ['orders_total 1', 'http_request_duration_seconds_count{method="GET",route="/users/:id",status_code="200"} 1']) assert.ok(lines.includes(line), line);
});

test('a block is in a language that is run somewhere', () => {
  // `ts` and `text` here; `js` also in `proof.spec.ts` and `migrating.spec.ts`; the others in `commands.spec.ts`.
  const languages = ['dockerfile', 'ini', 'js', 'promql', 'sh', 'text', 'ts', 'yaml'];
  for (const { language, name } of blocks) assert.ok(languages.includes(language), name);
});

test('the table of errors has each code of the source, and no other', () => {
  const source = readFileSync(join(root, 'lib/core/errors.ts'), 'utf8');
  const declared = [...source.matchAll(/^ {2}\| '(ERR_\w+)'/gm)].map(([, code]) => code);
  assert.deepEqual([...page('errors.md').text.matchAll(/^\| `(ERR_\w+)` \|/gm)].map(([, code]) => code), declared);
});

test('the tables of the exporter’s metrics are what the exporter has', () => {
  const { registry } = new PrometheusExporter();
  const families = registry.collect().map(({ name, type }) => ({ name, type, labels: [...registry.get(name)!.labelNames] }));
  for (const { text } of [readme, page('skills.md')]) {
    const rows = [...text.matchAll(/^\| `(\w+)` \| (counter|gauge|histogram) \| (.*?) \|/gm)].map(([, name, type, labels]) => ({
      name,
      type,
      labels: labels === 'none' ? [] : labels!.replaceAll('`', '').split(', '),
    }));
    assert.deepEqual(rows, families);
  }
});

test('skills.md has the headings of the guide that it follows, in their order, and its calls are promlet’s', async () => {
  const { text } = page('skills.md');
  const headings = [...text.replaceAll(/^```[^]*?^```/gm, '').matchAll(/^##+ (.*)$/gm)].map(([, heading]) => heading);
  assert.deepEqual(headings, [
    'Installation', 'Basic Usage', '1. Import and Start', '2. Record Metrics', '3. Verify Metrics',
    'Metrics Reference', 'Counter: skill_invocations_total', 'Histogram: skill_duration_seconds', 'Gauge: skill_completion_rate', 'Gauge: active_sessions_total', 'Counter: anomalies_detected_total',
    'Testing', 'Run Test Script', 'Run Demo', 'Prometheus Configuration',
    'Grafana Dashboard Examples', 'Panel 1: Skill Completion Rate', 'Panel 2: Average Duration (p95)', 'Panel 3: Invocation Rate', 'Panel 4: Active Sessions', 'Panel 5: Anomalies by Type',
    'Common Patterns', 'Track Skill Success Rate', 'Periodic Completion Rate Update', 'Anomaly Detection Integration',
    'Troubleshooting', 'Port Already in Use', 'Metrics Not Appearing', 'Label Cardinality Issues', 'Best Practices', 'Files Reference', 'Support',
  ]);
  const [first, ...calls] = [...text.matchAll(/^\| (?:`[^`]+`|none) \| `((?:new PrometheusExporter|(?:await )?exporter\.).*?)` \|$/gm)].map(([, call]) => call!);
  assert.equal(calls.length, 7);
  project.write('calls.mjs', `import { PrometheusExporter } from 'promlet/exporter';\nconst exporter = ${first!.replace('9090', '0')};\n${calls.join(';\n')};\nconsole.log(exporter.isRunning());`);
  assert.deepEqual(await project.run('calls.mjs'), { code: 0, output: 'false\n' });
});

test('the table of entry points has each of the package', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, string> };
  const importable = Object.keys(exports).filter((path) => path !== './package.json').map((path) => path.replace('.', 'promlet'));
  assert.deepEqual([...readme.text.matchAll(/^\| `(promlet[/\w]*)` \|/gm)].map(([, name]) => name), importable);
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
  const rows = [...page('formats.md').text.matchAll(/^\| `(\w+)` \| `(\S+\/\S+;.*?)` \| (.*?) \|$/gm)];
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

/** What scrapers send, in the words of the table. */
const SCRAPERS: Readonly<Record<string, string>> = {
  'Prometheus 3': 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.7,application/openmetrics-text;version=0.0.1;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.3',
  'Prometheus 3 with `scrape_native_histograms: true`': 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'Prometheus with `scrape_protocols: [OpenMetricsText2.0.0]`': 'application/openmetrics-text;version=2.0.0;escaping=allow-utf-8;q=0.7,*/*;q=0.6',
  'OpenTelemetry\'s collector': 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.7,application/openmetrics-text;version=0.0.1;q=0.6,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.3',
  VictoriaMetrics: 'text/plain;version=0.0.4;q=1,*/*;q=0.1',
  Telegraf: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3',
  Datadog: 'text/plain',
  'a browser, `curl`': 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
};

test('the table of scrapers says what each gets', async () => {
  const types: Readonly<Record<string, Format<string | Uint8Array>>> = { text, openMetrics, protobuf, openMetrics2 };
  const rows = [...page('formats.md').text.matchAll(/^\| ([^|]+) \| `(text|openMetrics|protobuf|openMetrics2)` \| [^|]* \|$/gm)];
  assert.deepEqual(rows.map(([, scraper]) => scraper), Object.keys(SCRAPERS));
  const respond = fetchHandler(new Registry());
  for (const [, scraper, format] of rows) {
    const answer = await respond(new Request('http://x/metrics', { headers: { accept: SCRAPERS[scraper!]! } }));
    const withoutEscaping = (type: string): string => type.replace(/; escaping=.*/, '');
    assert.equal(withoutEscaping(answer.headers.get('content-type')!), withoutEscaping(types[format!]!.contentType), scraper);
  }
});

test('links lead to files and headings that exist, and the README stays within 250 lines', () => {
  const byFile = new Map(pages.map((each) => [each.file, each]));
  for (const { file, text } of pages) {
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
      const [path, anchor] = target!.split('#') as [string, string?];
      const led = path === '' ? file : posix.join(posix.dirname(file), path);
      assert.ok(existsSync(join(root, led)), `${file}: ${target}`);
      if (anchor !== undefined) assert.ok(anchorsOf(byFile.get(led)!).includes(anchor), `${file}: ${target}`);
    }
  }
  assert.ok(readme.text.split('\n').length <= 251, `${readme.text.split('\n').length} lines`);
});

test('the README leads to every page of the guide', () => {
  for (const { file } of guide) assert.ok(readme.text.includes(`](${file})`), file);
});

/**
 * The block as a file of its own: on any free port, printing what it serves but for the handler's metrics
 * about itself, and ending by itself.
 */
function runnable(code: string, isShown: boolean): string {
  const onFreePort = code.replace(/port: \d+/g, 'port: 0');
  const withoutHandler = String.raw`replace(/^(# \w+ )?promlet_handler_.*\n/gm, '')`;
  const show = isShown && /\bserve\(/.test(code) ? `process.stdout.write((await (await fetch(server.url + '/metrics')).text()).${withoutHandler});` : '';
  return `${onFreePort}\n${show}\nsetImmediate(() => process.exit(0));\n`;
}
