// What the compiler refuses. Nothing to run: `npm run check` compiles these lines, and each `@ts-expect-error`
// that meets no error is one itself.

import { test } from 'node:test';

import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary, linearBuckets, render } from '../lib/index.ts';
import type { Collector, CounterOptions, CounterSeries, Instrument, LabelRules, LabelValues, MetricFamily, RuledLabels } from '../lib/index.ts';
import { createExporter } from '../lib/exporter.ts';
import type { PrometheusExporter } from '../lib/exporter.ts';
import { serve } from '../lib/http.ts';

test('these types are checked by the compiler, not at run time', () => {
  // Held, so that the compiler does not call them unused; not called.
  void [declared, optional, followed, many, labelled, others, bare, lifecycles, bound, definitions, wrappers, registries, exporters];
});

function labelled(): void {
  // The names are inferred as a union, without `as const`.
  const counter = new Counter({ name: 'c', help: '', labelNames: ['method', 'status'] });
  const names: readonly ('method' | 'status')[] = counter.labelNames;
  const exact: Counter<'method' | 'status'> = counter;
  counter.inc({ method: 'GET', status: 200 });
  counter.inc({ status: true, method: 'GET' }, 3);
  const value: number | undefined = counter.get({ method: 'GET', status: 200 });
  counter.removeMatching({ method: 'GET' });
  counter.removeMatching({});

  // @ts-expect-error: a label is missing
  counter.inc({ method: 'GET' });
  // @ts-expect-error: a label is too many
  counter.inc({ method: 'GET', status: 200, path: '/' });
  // @ts-expect-error: a label is misspelled
  counter.inc({ method: 'GET', state: 200 });
  // @ts-expect-error: no labels
  counter.inc();
  // @ts-expect-error: an amount, but no labels
  counter.inc(3);
  // @ts-expect-error: null is no label value
  counter.inc({ method: null, status: 200 });
  // @ts-expect-error: undefined is no label value
  counter.inc({ method: 'GET', status: undefined });
  // @ts-expect-error: an object is no label value
  counter.inc({ method: 'GET', status: {} });
  // @ts-expect-error: a bigint is no label value
  counter.inc({ method: 'GET', status: 200n });
  // @ts-expect-error: the amount is a number
  counter.inc({ method: 'GET', status: 200 }, '3');
  // @ts-expect-error: a Map is no labels
  counter.inc(new Map([['method', 'GET']]));
  // @ts-expect-error: a label is missing
  counter.get({ method: 'GET' });
  // @ts-expect-error: a label is missing
  counter.remove({ method: 'GET' });
  // @ts-expect-error: that is no label of this metric
  counter.removeMatching({ path: '/' });
  // @ts-expect-error: counters do not go down
  counter.dec({ method: 'GET', status: 200 });
  // @ts-expect-error: the list of names is not to be changed
  counter.labelNames.push('method');

  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['room'] });
  gauge.set({ room: 'hall' }, 3);
  gauge.dec({ room: 'hall' });
  gauge.setToCurrentTime({ room: 'hall' });
  const end: () => number = gauge.startTimer({ room: 'hall' });
  const finish: number = gauge.startTimer()({ room: 'hall' });
  // @ts-expect-error: a value is missing
  gauge.set({ room: 'hall' });
  // @ts-expect-error: labels are missing
  gauge.set(3);
  // @ts-expect-error: labels are missing
  gauge.setToCurrentTime();
  // @ts-expect-error: that is no label of this metric
  gauge.startTimer({ floor: 1 });

  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['route', 'status'] });
  histogram.observe({ route: '/', status: 200 }, 0.1);
  // Labels of a timer may come in two parts.
  const stop = histogram.startTimer({ route: '/' });
  const seconds: number = stop({ status: 200 });
  const parsed: string = histogram.time({ route: '/', status: 200 }, () => 'x');
  const promised: Promise<number> = histogram.time({ route: '/', status: 200 }, async () => 5);
  // @ts-expect-error: a value is missing
  histogram.observe({ route: '/', status: 200 });
  // @ts-expect-error: labels are missing
  histogram.observe(0.1);
  // @ts-expect-error: that is no label of this metric
  histogram.startTimer({ path: '/' });
  // @ts-expect-error: labels are missing
  histogram.time(() => 'x');
  // @ts-expect-error: the function is missing
  histogram.time({ route: '/', status: 200 });
  void [names, exact, value, end, finish, seconds, parsed, promised];
}

function others(): void {
  const summary = new Summary({ name: 's', help: '', labelNames: ['route'], percentiles: [0.5] });
  summary.observe({ route: '/' }, 0.1);
  // @ts-expect-error: labels are missing
  summary.observe(0.1);

  const info = new Info({ name: 'i_info', help: '', labelNames: ['version'] });
  info.set({ version: '1' });
  // @ts-expect-error: an info has no amount
  info.set({ version: '1' }, 1);
  // @ts-expect-error: an info has no unit
  new Info({ name: 'i_info', help: '', unit: 'bytes' });

  const states = new StateSet({ name: 'd', help: '', labelNames: ['side'], states: ['open', 'shut'] });
  states.set({ side: 'front' }, 'open');
  // @ts-expect-error: the state is missing
  states.set({ side: 'front' });
  // @ts-expect-error: labels are missing
  states.set('open');
  // @ts-expect-error: the states are missing
  new StateSet({ name: 'd', help: '' });

  const counter = new Counter({ name: 'c', help: '', exemplar: () => ({ trace_id: '4bf9' }) });
  counter.inc(1, { trace_id: '4bf9' });
  counter.inc(1, { labels: { trace_id: '4bf9' }, value: 1, timestampMs: 0 });
  // @ts-expect-error: the value of an exemplar's label is no object
  counter.inc(1, { trace_id: {} });
}

// `Counter` of these labels, in this order of declaration: what was declared stands in the type, and is inferred.
function declared(): void {
  const counter = new Counter({ name: 'c', help: '', labelNames: ['method', 'status'], labelValues: { method: ['GET', 'POST'] } });
  counter.inc({ method: 'GET', status: 'any' });
  counter.inc({ method: 'POST', status: 5 }, 3, { trace_id: '4bf9' });
  counter.labels({ method: 'GET', status: 200 }).inc();
  counter.labels('GET', 200).inc();
  counter.remove({ method: 'GET', status: 200 });
  counter.removeMatching({ method: 'GET' });
  counter.replace([[{ method: 'GET', status: 200 }, 3]]);
  const value: number | undefined = counter.get({ method: 'GET', status: 200 });
  const names: readonly ('method' | 'status')[] = counter.labelNames;
  // @ts-expect-error: no declared value
  counter.inc({ method: 'PUT', status: 200 });
  // @ts-expect-error: no declared value, but any text
  counter.inc({ method: String(value), status: 200 });
  // @ts-expect-error: no declared value
  counter.labels({ method: 'PUT', status: 200 });
  // @ts-expect-error: no declared value
  counter.get({ method: 'PUT', status: 200 });
  // @ts-expect-error: no declared value
  counter.remove({ method: 'PUT', status: 200 });
  // @ts-expect-error: no declared value
  counter.removeMatching({ method: 'PUT' });
  // @ts-expect-error: no declared value
  counter.replace([[{ method: 'PUT', status: 200 }, 3]]);
  // @ts-expect-error: a label is missing
  counter.inc({ method: 'GET' });
  // @ts-expect-error: a label is too many
  counter.inc({ method: 'GET', status: 200, path: '/' });

  // It is a counter of these labels like any other, and its hook knows the values, too.
  const plain: Counter<'method' | 'status'> = counter;
  plain.inc({ method: 'PUT', status: 200 });
  new Registry().register(counter).inc({ method: 'GET', status: 200 });
  new Gauge({ name: 'g', help: '', labelNames: ['room'], labelValues: { room: ['hall'] }, refresh: (gauge) => gauge.set({ room: 'hall' }, 1) });
  // @ts-expect-error: no declared value
  new Gauge({ name: 'g', help: '', labelNames: ['room'], labelValues: { room: ['hall'] }, refresh: (gauge) => gauge.set({ room: 'attic' }, 1) });

  // Numbers and booleans may be given as their text.
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['code', 'ok'], labelValues: { code: [200, 404], ok: [true, false] } });
  histogram.observe({ code: 200, ok: 'true' }, 1);
  histogram.labels('404', false).observe(1);
  histogram.startTimer({ code: 200 })({ ok: true });
  histogram.time({ code: 200, ok: true }, () => 5);
  // @ts-expect-error: no declared value
  histogram.observe({ code: 500, ok: true }, 1);
  // @ts-expect-error: no declared value of any label
  histogram.labels(500, true);
  // @ts-expect-error: no declared value
  histogram.startTimer({ code: 500 });
  // @ts-expect-error: no declared value
  histogram.time({ code: 500, ok: true }, () => 5);

  const set = { labelNames: ['a'], labelValues: { a: ['x', 'y'] } } as const;
  const gauge = new Gauge({ name: 'g', help: '', ...set });
  gauge.set({ a: 'x' }, 1);
  const summary = new Summary({ name: 's', help: '', ...set });
  summary.observe({ a: 'x' }, 1);
  const info = new Info({ name: 'i_info', help: '', ...set });
  info.set({ a: 'x' });
  const states = new StateSet({ name: 'd', help: '', states: ['on'], ...set });
  states.set({ a: 'x' }, 'on');
  // @ts-expect-error: no declared value
  gauge.set({ a: 'z' }, 1);
  // @ts-expect-error: no declared value
  gauge.dec({ a: 'z' });
  // @ts-expect-error: no declared value
  summary.observe({ a: 'z' }, 1);
  // @ts-expect-error: no declared value
  info.set({ a: 'z' });
  // @ts-expect-error: no declared value
  states.toggle({ a: 'z' }, 'on', true);

  // @ts-expect-error: that is no label of this metric
  new Counter({ name: 'c', help: '', labelNames: ['method'], labelValues: { metod: ['GET'] } });
  // @ts-expect-error: an object is no label value
  new Counter({ name: 'c', help: '', labelNames: ['method'], labelValues: { method: [{}] } });
  // @ts-expect-error: values are a list
  new Counter({ name: 'c', help: '', labelNames: ['method'], labelValues: { method: 'GET' } });
  // @ts-expect-error: that way of names is not known
  new Counter({ name: 'c', help: '', names: 'utf-8' });
  new Counter({ name: 'http.requests', help: '', names: 'utf8', labelNames: ['http.method'] }).inc({ 'http.method': 'GET' });

  // The type can be written by hand, and values that are known at run time alone are any.
  const own: Counter<'method', { labelValues: { method: ('GET' | 'POST')[] } }> = new Counter({ name: 'c', help: '', labelNames: ['method'], labelValues: { method: ['GET', 'POST'] } });
  own.inc({ method: 'GET' });
  // @ts-expect-error: no declared value
  own.inc({ method: 'PUT' });
  const loaded: string[] = ['GET'];
  new Counter({ name: 'c', help: '', labelNames: ['method'], labelValues: { method: loaded } }).inc({ method: 'any' });
  class Requests extends Counter<'method'> {
    constructor() {
      super({ name: 'c', help: '', labelNames: ['method'] });
    }
  }
  new Requests().inc({ method: 'GET' });
  const options: CounterOptions<'method'> = { name: 'c', help: '', labelNames: ['method'] };
  new Counter(options).inc({ method: 'GET' });
  void [value, names];
}

function optional(): void {
  const counter = new Counter({ name: 'c', help: '', labelNames: ['method'], optionalLabels: ['tenant', 'zone'], labelValues: { zone: ['a', 'b'] } });
  counter.inc({ method: 'GET' });
  counter.inc({ method: 'GET', tenant: 'acme' }, 2);
  counter.inc({ method: 'GET', tenant: undefined, zone: 'a' });
  counter.labels('GET', 'acme').inc();
  counter.labels({ method: 'GET', zone: 'b' }).inc();
  counter.removeMatching({ tenant: 'acme' });
  const value: number | undefined = counter.get({ method: 'GET' });
  const names: readonly 'method'[] = counter.labelNames;
  // @ts-expect-error: a label is missing
  counter.inc({ tenant: 'acme' });
  // @ts-expect-error: a label is too many
  counter.inc({ method: 'GET', path: '/' });
  // @ts-expect-error: null is no label value
  counter.inc({ method: 'GET', tenant: null });
  // @ts-expect-error: no declared value
  counter.inc({ method: 'GET', zone: 'c' });
  // @ts-expect-error: no labels
  counter.inc(3);

  const alone = new Histogram({ name: 'h', help: '', optionalLabels: ['tenant'] });
  alone.observe(1);
  alone.observe({}, 1);
  alone.observe({ tenant: 'acme' }, 1);
  alone.labels().observe(1);
  alone.labels('acme').observe(1);
  // @ts-expect-error: a label is misspelled
  alone.observe({ tenent: 'acme' }, 1);
  const plain: Counter<'method'> = counter;
  void [value, names, plain];
}

function followed(): void {
  new Gauge({ name: 'g', help: '', value: () => 5 });
  // @ts-expect-error: a value is a number
  new Gauge({ name: 'g', help: '', value: () => '5' });
  // @ts-expect-error: what takes time belongs in refresh
  new Gauge({ name: 'g', help: '', value: async () => 5 });
  // @ts-expect-error: a function gives one value, and not one for each label set
  new Gauge({ name: 'g', help: '', labelNames: ['room'], value: () => 5 });
  // @ts-expect-error: a function gives one value, and not one for each label set
  new Gauge({ name: 'g', help: '', optionalLabels: ['room'], value: () => 5 });
  // @ts-expect-error: counters are counted
  new Counter({ name: 'c', help: '', value: () => 5 });
}

function many(): void {
  new Histogram({ name: 'h', help: '' }).observeMany(0.2, 5);
  const summary = new Summary({ name: 's', help: '', labelNames: ['a'] });
  summary.observeMany({ a: 'x' }, 0.2, 5);
  summary.labels('x').observeMany(0.2, 5);
  // @ts-expect-error: the count is missing
  summary.observeMany({ a: 'x' }, 0.2);
  // @ts-expect-error: labels are missing
  summary.observeMany(0.2, 5);
  // @ts-expect-error: a counter observes nothing
  new Counter({ name: 'c', help: '' }).observeMany(1, 5);
}

function bare(): void {
  const counter = new Counter({ name: 'c', help: '' });
  counter.inc();
  counter.inc(3);
  const value: number | undefined = counter.get();
  // @ts-expect-error: a metric without labels takes none
  counter.inc({ method: 'GET' });
  // @ts-expect-error: a metric without labels takes none
  counter.inc({}, 3);
  // @ts-expect-error: null is no amount
  counter.inc(null);
  // @ts-expect-error: a metric without labels takes none
  counter.get({ method: 'GET' });

  const gauge = new Gauge({ name: 'g', help: '' });
  gauge.set(3);
  gauge.setToCurrentTime();
  // @ts-expect-error: a value is missing
  gauge.set();
  // @ts-expect-error: a metric without labels takes none
  gauge.set({ a: 'x' }, 3);
  // @ts-expect-error: null is no value
  gauge.set(null);

  const histogram = new Histogram({ name: 'h', help: '' });
  histogram.observe(0.1);
  const result: number = histogram.time(() => 5);
  histogram.startTimer()();
  // @ts-expect-error: a value is missing
  histogram.observe();
  // @ts-expect-error: a metric without labels takes none
  histogram.observe({ a: 'x' }, 0.1);
  void [value, result];
}

function lifecycles(): void {
  const counter = new Counter({ name: 'c', help: '', labelNames: ['method', 'status'], ttlSeconds: 60 });
  const seconds: number | undefined = counter.ttlSeconds;
  counter.replace([[{ method: 'GET', status: 200 }, 3]]);
  counter.replace(new Map([[{ method: 'GET', status: 200 }, 3]]));
  new Gauge({ name: 'g', help: '', labelNames: ['queue'], collect: async (gauge) => gauge.replace([[{ queue: 'mail' }, 3]]) });
  new Info({ name: 'i_info', help: '', labelNames: ['disk'] }).replace([{ disk: 'sda' }]);
  new StateSet({ name: 's', help: '', states: ['on'] }).replace([[{}, 'on']]);
  const child = counter.labels('GET', 200);
  const disposable: Disposable = child;
  const wasThere: boolean = child.remove();

  // @ts-expect-error: a label is missing
  counter.replace([[{ method: 'GET' }, 3]]);
  // @ts-expect-error: no total
  counter.replace([[{ method: 'GET', status: 200 }]]);
  // @ts-expect-error: a total is a number
  counter.replace([[{ method: 'GET', status: 200 }, '3']]);
  // @ts-expect-error: a poll has to be awaited first
  counter.replace(Promise.resolve([[{ method: 'GET', status: 200 }, 3]]));
  // @ts-expect-error: what others observed cannot be taken over
  new Histogram({ name: 'h', help: '' }).replace([[{}, 3]]);
  // @ts-expect-error: the time to live is a number
  new Gauge({ name: 'g', help: '', ttlSeconds: '60' });

  void [seconds, wasThere, disposable];
}

function bound(): void {
  const counter = new Counter({ name: 'c', help: '', labelNames: ['method', 'status'] });
  const child: CounterSeries = counter.labels({ method: 'GET', status: 200 });
  counter.labels('GET', 200).inc(2);
  child.inc();
  // @ts-expect-error: a child has its labels
  child.inc({ method: 'GET', status: 200 });
  // @ts-expect-error: null is no label value
  counter.labels('GET', null);
  // @ts-expect-error: a label is missing
  counter.labels({ method: 'GET' });
  // @ts-expect-error: values in a list
  counter.labels(['GET', 200]);

  const unlabelled = new Counter({ name: 'c', help: '' });
  unlabelled.labels().inc();
  // @ts-expect-error: a metric without labels takes none
  unlabelled.labels('GET');
}

function definitions(): void {
  // @ts-expect-error: the name is missing
  new Counter({ help: '' });
  // @ts-expect-error: the help is missing
  new Counter({ name: 'c' });
  // @ts-expect-error: names are a list
  new Counter({ name: 'c', help: '', labelNames: 'method' });
  // @ts-expect-error: names are texts
  new Counter({ name: 'c', help: '', labelNames: [5] });
  // @ts-expect-error: counters have no buckets
  new Counter({ name: 'c', help: '', buckets: [1] });
  // @ts-expect-error: buckets are numbers
  new Histogram({ name: 'h', help: '', buckets: ['1'] });
  // @ts-expect-error: an option that is absent is left out, not undefined
  new Counter({ name: 'c', help: '', maxSeries: undefined });
  new Histogram({ name: 'h', help: '', buckets: linearBuckets(1, 2, 3) });

  // @ts-expect-error: registers are prom-client's
  new Counter({ name: 'c', help: '', registers: [] });
  // @ts-expect-error: a name is misspelled
  new Counter({ name: 'c', help: '', maxSerie: 5 });

  // A hook is given its instrument, with its labels; `collect` is another name for it.
  new Gauge({ name: 'g', help: '', labelNames: ['room'], refresh: async (self, { signal }) => self.set({ room: String(signal.aborted) }, 1) });
  new Gauge({ name: 'g', help: '', labelNames: ['room'], collect: (self) => self.set({ room: 'hall' }, 1) });
  new Gauge({
    name: 'g',
    help: '',
    labelNames: ['room'],
    // @ts-expect-error: labels are missing
    collect: async (self) => self.set(1),
  });

  // Names that are not known when it is compiled leave the labels open.
  const dynamic: string[] = ['a', 'b'];
  const open = new Counter({ name: 'c', help: '', labelNames: dynamic });
  open.inc({ a: 'x', b: 'y' });
  open.labels('x', 'y').inc();

  const labels: LabelValues<'a' | 'b'> = { a: 1, b: false };
  // @ts-expect-error: labels are not to be changed
  labels.a = 2;
}

// Functions of one's own that take a metric of any labels, and these.
function wrappers(): void {
  function count<L extends string>(counter: Counter<L>, labels: LabelValues<L>, amount = 1): number | undefined {
    counter.inc(labels);
    counter.inc(labels, amount);
    counter.inc(labels, amount, { trace_id: '4bf9' });
    counter.labels(labels).inc();
    counter.replace([[labels, 3]]);
    counter.removeMatching(labels);
    return counter.remove(labels) ? 0 : counter.get(labels);
  }
  function gauge<L extends string>(level: Gauge<L>, labels: LabelValues<L>, part: Partial<LabelValues<L>>): number | undefined {
    level.set(labels, 1);
    level.inc(labels);
    level.dec(labels, 2);
    level.setToCurrentTime(labels);
    level.startTimer(labels)();
    level.startTimer(part)(part);
    level.labels(labels).set(1);
    level.replace([[labels, 3]]);
    level.remove(labels);
    level.removeMatching(part);
    return level.get(labels);
  }
  function observe<L extends string>(timed: Histogram<L> | Summary<L>, labels: LabelValues<L>): void {
    timed.observe(labels, 0.2);
    timed.labels(labels).observe(0.2);
    timed.startTimer(labels)();
    const parsed: string = timed.time(labels, () => 'x');
    const value: { readonly count: number } | undefined = timed.get(labels);
    timed.observeMany(labels, 0.2, 5);
    timed.remove(labels);
    void [parsed, value];
  }
  async function timed<L extends string, Result>(histogram: Histogram<L>, labels: LabelValues<L>, work: () => Promise<Result>): Promise<Result> {
    histogram.observe(labels, 1, { trace_id: '4bf9' });
    return await histogram.time(labels, work);
  }
  function states<L extends string>(set: StateSet<L>, info: Info<L>, labels: LabelValues<L>): boolean {
    set.set(labels, 'on');
    set.toggle(labels, 'on', true);
    set.replace([[labels, 'on']]);
    set.labels(labels).set('on');
    info.set(labels);
    info.replace([labels]);
    info.labels(labels);
    return info.get(labels) && set.get(labels) !== undefined && set.remove(labels);
  }
  // Of an instrument that declares more than names, too.
  function countRuled<L extends string, R extends LabelRules>(counter: Counter<L, R>, labels: RuledLabels<L, R>): number | undefined {
    counter.inc(labels);
    counter.inc(labels, 2);
    counter.labels(labels).inc();
    counter.replace([[labels, 3]]);
    return counter.remove(labels) ? 0 : counter.get(labels);
  }
  const ruled = new Counter({ name: 'c', help: '', labelNames: ['method'], labelValues: { method: ['GET'] }, optionalLabels: ['tenant'] });
  countRuled(ruled, { method: 'GET' });
  count(ruled, { method: 'GET' });
  // @ts-expect-error: no declared value
  countRuled(ruled, { method: 'PUT' });
  class Jobs<L extends string = never> {
    readonly done: Counter<L>;
    constructor(done: Counter<L>) {
      this.done = done;
    }
    end(labels: LabelValues<L>): void {
      this.done.inc(labels);
    }
  }
  const counter = new Counter({ name: 'c', help: '', labelNames: ['method', 'status'] });
  count(counter, { method: 'GET', status: 200 });
  new Jobs(counter).end({ method: 'GET', status: 200 });
  // @ts-expect-error: a label is missing
  count(counter, { method: 'GET' });
  // @ts-expect-error: a label is too many
  new Jobs(counter).end({ method: 'GET', status: 200, path: '/' });
  void [gauge, observe, timed, states];
}

function registries(): void {
  const registry = new Registry({ labels: { service: 'x', shard: 3 } });
  // `register` returns what it was given, with its type.
  const counter: Counter<'a'> = registry.register(new Counter({ name: 'c', help: '', labelNames: ['a'] }));
  const found: Instrument | undefined = registry.get('c');
  const families: readonly MetricFamily[] = registry.collect();
  const own: Collector = { collect: () => [{ type: 'gauge', name: 'g', help: '', points: [{ labels: {}, value: 1 }] }] };
  const text: string = render(registry) + render(own) + render(families);
  // @ts-expect-error: a collector has the method `collect`
  registry.register({});
  // @ts-expect-error: families are told now, not later
  registry.register({ collect: async () => [] });
  // @ts-expect-error: a gauge's points have values
  registry.register({ collect: () => [{ type: 'gauge', name: 'g', help: '', points: [{ labels: {} }] }] });
  // @ts-expect-error: null is no label value
  new Registry({ labels: { service: null } });
  // @ts-expect-error: a point is not to be changed
  for (const point of families[0]!.points) point.labels = {};
  void [counter, found, text];
}

function exporters(exporter: PrometheusExporter): void {
  exporter.recordInvocation({ skillName: 'a', workflowPhase: null, completed: true, durationSeconds: undefined });
  exporter.recordInvocation('a', undefined, true);
  exporter.recordInvocation('a', null, true, null);
  const result: Promise<number> = exporter.trackInvocation('a', 'x', () => 5);
  // @ts-expect-error: the name is missing
  exporter.recordInvocation({ completed: true });
  // @ts-expect-error: whether it was completed is missing
  exporter.recordInvocation('a', 'x');
  // @ts-expect-error: a rate is a number
  exporter.updateCompletionRate('a', '0.5');
  // @ts-expect-error: the work is missing
  void exporter.trackInvocation('a', 'x');
  // @ts-expect-error: a port is a number
  void createExporter({ port: '9090' });
  // @ts-expect-error: there is nothing to serve
  void serve();
  void result;
}
