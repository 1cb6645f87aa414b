// Names of any characters, by the option `names`: of metrics and of labels, in every format.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, openMetrics, openMetricsWith, render, text1 } from '../lib/index.ts';
import { parse, parseProtobuf } from '../lib/parse.ts';
import { openMetrics2 } from '../lib/openmetrics2.ts';
import { protobuf } from '../lib/protobuf.ts';
import { checked, snapshot } from '../lib/scraping.ts';

const utf8 = { help: '', names: 'utf8' } as const;

function registryOfAll(): Registry {
  const registry = new Registry({ labels: { service: 'shop' } });
  const labelNames = ['http.method', 'ok'];
  const labels = { 'http.method': 'a"\\\n', ok: 1 };
  registry.register(new Counter({ ...utf8, name: 'http.requests_total', labelNames })).inc(labels);
  registry.register(new Gauge({ ...utf8, name: 'größe', labelNames })).set(labels, 2);
  registry.register(new Histogram({ ...utf8, name: 'http.seconds', labelNames, buckets: [1] })).observe(labels, 0.5);
  registry.register(new Summary({ ...utf8, name: '9 lives', labelNames, percentiles: [0.5] })).observe(labels, 3);
  registry.register(new Info({ ...utf8, name: 'build.it_info', labelNames })).set(labels);
  registry.register(new StateSet({ ...utf8, name: 'door.state', labelNames, states: ['open'] })).set(labels, 'open');
  registry.register(new Counter({ ...utf8, name: 'plain.labels_total', labelNames: ['a'], optionalLabels: ['b'] })).inc({ a: 'x' });
  return registry;
}

test('text 0.0.4 shows underscores', () => {
  const labels = String.raw`service="shop",http_method="a\"\\\n",ok="1"`;
  assert.equal(render(registryOfAll()), `# TYPE http_requests_total counter
http_requests_total{${labels}} 1
# TYPE gr__e gauge
gr__e{${labels}} 2
# TYPE http_seconds histogram
http_seconds_bucket{${labels},le="1"} 1
http_seconds_bucket{${labels},le="+Inf"} 1
http_seconds_sum{${labels}} 0.5
http_seconds_count{${labels}} 1
# TYPE __lives summary
__lives{${labels},quantile="0.5"} 3
__lives_sum{${labels}} 3
__lives_count{${labels}} 1
# TYPE build_it_info gauge
build_it_info{${labels}} 1
# TYPE door_state gauge
door_state{${labels},door_state="open"} 1
# TYPE plain_labels_total counter
plain_labels_total{service="shop",a="x"} 1
`);
});

test('text 1.0.0 shows them in quotes where that is negotiated', () => {
  const registry = new Registry();
  registry.register(new Counter({ ...utf8, name: 'http.requests_total', labelNames: ['http.method'] })).inc({ 'http.method': 'GET' });
  registry.register(new Counter({ ...utf8, name: 'plain.labels_total', labelNames: ['a'], optionalLabels: ['b.c'] })).inc({ a: 'x' });
  assert.equal(render(registry, text1), `# TYPE "http.requests_total" counter
{"http.requests_total","http.method"="GET"} 1
# TYPE "plain.labels_total" counter
{"plain.labels_total",a="x"} 1
`);
  assert.equal(render(registry, text1.withEscaping!('dots')), `# TYPE http_dot_requests__total counter
http_dot_requests__total{http_dot_method="GET"} 1
# TYPE plain_dot_labels__total counter
plain_dot_labels__total{a="x"} 1
`);
});

for (const [name, read] of [
  ['text 1.0.0', (registry: Registry) => parse(render(registry, text1), { format: 'text' })],
  ['OpenMetrics 1.0', (registry: Registry) => parse(render(registry, openMetricsWith({ escaping: 'allow-utf-8' })), { format: 'openmetrics' })],
  ['OpenMetrics 2.0', (registry: Registry) => parse(render(registry, openMetrics2), { format: 'openmetrics2' })],
  ['protobuf', (registry: Registry) => parseProtobuf(render(registry, protobuf))],
] as const) {
  test(`${name} carries them to the reader as they are`, () => {
    const registry = registryOfAll();
    const families = read(registry);
    assert.deepEqual(families.map((family) => family.name), ['http.requests_total', 'größe', 'http.seconds', '9 lives', 'build.it_info', 'door.state', 'plain.labels_total']);
    const [counter, , histogram] = families;
    for (const { points } of [counter!, histogram!]) assert.deepEqual([...points][0]!.labels, { service: 'shop', 'http.method': 'a"\\\n', ok: '1' });
    assert.deepEqual([...families.at(-1)!.points][0]!.labels, { service: 'shop', a: 'x' });
  });

  test(`${name} gives the same bytes twice, and follows new series`, () => {
    const registry = registryOfAll();
    const before = JSON.stringify(read(registry));
    assert.equal(JSON.stringify(read(registry)), before);
    registry.get<Counter<'http.method' | 'ok'>>('http.requests_total')!.inc({ 'http.method': 'PUT', ok: 0 });
    assert.equal([...read(registry)[0]!.points].length, 2);
  });
}

test('protobuf without UTF-8 has the names escaped', () => {
  const [family] = parseProtobuf(render(registryOfAll(), protobuf.withEscaping!('underscores')));
  assert.equal(family!.name, 'http_requests_total');
  assert.deepEqual(Object.keys([...family!.points][0]!.labels), ['service', 'http_method', 'ok']);
});

test('names that become one by escaping are told apart, and reported', () => {
  const warnings: string[] = [];
  const registry = new Registry({ labels: { 'a_b': 'constant' }, onWarning: ({ code, message }) => warnings.push(`${code} ${message}`) });
  registry.register(new Counter({ ...utf8, name: 'http.requests_total' })).inc(1);
  registry.register(new Counter({ name: 'http_requests_total', help: '' })).inc(2);
  registry.register(new Gauge({ ...utf8, name: 'g', labelNames: ['a.b', 'a-b'] })).set({ 'a.b': 'x', 'a-b': 'y' }, 3);
  assert.equal(render(registry), `# TYPE http_requests__total counter
http_requests__total{a_b="constant"} 1
# TYPE http_requests_total counter
http_requests_total{a_b="constant"} 2
# TYPE g gauge
g{a_b="constant",a_b_="x",a_b_2="y"} 3
`);
  assert.match(warnings[0]!, /^ERR_DUPLICATE counter "http\.requests_total": expected names that no other family has/);
});

test('a registry knows their names: those that are taken, and constant labels', () => {
  const registry = new Registry();
  const histogram = registry.register(new Histogram({ ...utf8, name: 'http.seconds' }));
  assert.throws(() => registry.register(new Gauge({ ...utf8, name: 'http.seconds_count' })), { code: 'ERR_DUPLICATE', collector: histogram });
  assert.throws(() => registry.register(new Counter({ ...utf8, name: 'http.seconds' })), { code: 'ERR_DUPLICATE' });
  assert.equal(registry.get('http.seconds'), histogram);
  assert.equal(registry.getOrRegister(new Histogram({ ...utf8, name: 'http.seconds' })), histogram);
  assert.throws(() => new Registry({ labels: { 'a.b': 'x' } }), { code: 'ERR_LABEL_NAME' });
});

test('labels that a format adds stay reserved', () => {
  assert.throws(() => new Histogram({ ...utf8, name: 'h.h', labelNames: ['le'] }), { code: 'ERR_LABEL_NAME' });
  assert.throws(() => new Summary({ ...utf8, name: 's.s', labelNames: ['quantile'] }), { code: 'ERR_LABEL_NAME' });
  assert.throws(() => new StateSet({ ...utf8, name: 'd.d', labelNames: ['d.d'], states: ['on'] }), { code: 'ERR_LABEL_NAME' });
});

const MAKERS = [
  ['Counter', (options: object) => new Counter(options as never)],
  ['Gauge', (options: object) => new Gauge(options as never)],
  ['Histogram', (options: object) => new Histogram(options as never)],
  ['Summary', (options: object) => new Summary(options as never)],
  ['Info', (options: object) => new Info(options as never)],
  ['StateSet', (options: object) => new StateSet({ states: ['on'], ...options } as never)],
] as const;

for (const [kind, make] of MAKERS) {
  test(`${kind}: a name that no format can show is refused with the option, too`, () => {
    const name = 'a.b_info';
    for (const wrong of ['', '\ud800', 'a\udc00b_info', undefined, null, 5, {}]) {
      assert.throws(() => make({ ...utf8, name: wrong }), { code: 'ERR_METRIC_NAME', message: /: expected a name, not empty and without lone surrogates, got / });
      assert.throws(() => make({ ...utf8, name, labelNames: [wrong] }), { code: 'ERR_LABEL_NAME', message: /: expected a name, not empty and without lone surrogates, got / });
    }
    for (const label of ['__name__', '__x', '__']) assert.throws(() => make({ ...utf8, name, labelNames: [label] }), { code: 'ERR_LABEL_NAME', message: /is reserved/ });
    assert.throws(() => make({ ...utf8, name, labelNames: ['x.y', 'x.y'] }), { code: 'ERR_LABEL_NAME', message: /is given twice$/ });
    for (const names of ['utf-8', true, null, 'legacy']) assert.throws(() => make({ name, help: '', names }), { code: 'ERR_OPTION', message: /: names: expected "utf8", got / });
  });

  test(`${kind}: without the option a dotted name is refused, and the message says what to do`, () => {
    assert.throws(() => make({ name: 'a.b_info', help: '' }), {
      code: 'ERR_METRIC_NAME',
      message: `${kind} "a.b_info": expected a name of letters, digits, "_" and ":" that does not begin with a digit, got "a.b_info"; names: "utf8" allows it`,
    });
    assert.throws(() => make({ name: 'a_info', help: '', labelNames: ['http.method'] }), {
      code: 'ERR_LABEL_NAME',
      message: `${kind} "a_info": expected a label name of letters, digits and "_" that does not begin with a digit, got "http.method"; names: "utf8" allows it`,
    });
  });
}

test('checks and snapshots show the names as they are', () => {
  const registry = registryOfAll();
  assert.equal(render(checked(registry), text1), render(registry, text1));
  assert.deepEqual(snapshot(registry)[0], { name: 'http.requests_total', type: 'counter', help: '', points: [{ labels: { service: 'shop', 'http.method': 'a"\\\n', ok: '1' }, value: 1, createdMs: [...registry.collect()[0]!.points].map((point) => (point as { createdMs?: number }).createdMs)[0] }] });
});

test('without names that need it, the option changes no byte', () => {
  const plain = (names?: 'utf8'): string => {
    const counter = new Counter({ name: 'c_total', help: 'x', labelNames: ['a'], ...(names && { names }) });
    counter.inc({ a: 'x' });
    return render(counter) + render(counter, text1) + render(counter, openMetrics);
  };
  assert.equal(plain('utf8'), plain());
});
