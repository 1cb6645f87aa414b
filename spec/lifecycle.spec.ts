// How series end: by time, by a new set of them, and by hand; and that nothing is left of them.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

import { Counter, Gauge, Histogram, Info, StateSet, Summary, openMetricsWith, render } from '../lib/index.ts';
import type { GaugeSeries } from '../lib/index.ts';

interface Shown {
  readonly points: Iterable<{ readonly labels: Readonly<Record<string, string>>; readonly value: number }>;
}

/** What a scrape shows of a counter or gauge: the values of the labels, and the value. */
function shown(instrument: Shown): unknown[] {
  return [...instrument.points].map(({ labels, value }) => [...Object.values(labels), value]);
}

/** A clock that stands, until it is set. */
function clockAt(seconds: number): { seconds: number; readonly clock: () => number } {
  const hands = { seconds, clock: () => hands.seconds * 1000 };
  return hands;
}

test('a series is left out once it was not written to for `ttlSeconds`', () => {
  const time = clockAt(1000);
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], ttlSeconds: 60, clock: time.clock });
  gauge.set({ a: 'x' }, 1);
  time.seconds = 1030;
  gauge.set({ a: 'y' }, 2);
  time.seconds = 1059.999;
  assert.deepEqual(shown(gauge), [['x', 1], ['y', 2]]);
  time.seconds = 1060;
  assert.deepEqual(shown(gauge), [['y', 2]]);
  assert.equal(gauge.get({ a: 'x' }), undefined);
  time.seconds = 1090;
  assert.equal(render(gauge), '# TYPE g gauge\n');
});

test('an instrument tells its `ttlSeconds`; without that option its series stay for ever', () => {
  const time = clockAt(0);
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], clock: time.clock });
  assert.equal(gauge.ttlSeconds, undefined);
  assert.equal(new Gauge({ name: 'g', help: '', ttlSeconds: 0.5 }).ttlSeconds, 0.5);
  gauge.set({ a: 'x' }, 1);
  time.seconds = 1e9;
  assert.deepEqual(shown(gauge), [['x', 1]]);
});

for (const ttlSeconds of [0, -1, NaN, '60', null]) {
  test(`the time to live ${String(ttlSeconds)} is refused`, () => {
    const given = { name: 'g', help: '', ttlSeconds } as { name: string; help: string };
    const shownValue = typeof ttlSeconds === 'string' ? `"${ttlSeconds}"` : String(ttlSeconds);
    assert.throws(() => new Gauge(given), { code: 'ERR_OPTION', message: `Gauge "g": ttlSeconds: expected a number above 0, got ${shownValue}` });
  });
}

const writes: readonly (readonly [what: string, write: (hands: { clock: () => number }) => readonly [write: () => void, isShown: () => boolean]])[] = [
  ['Counter `inc`', ({ clock }) => {
    const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], ttlSeconds: 10, clock });
    return [() => counter.inc({ a: 'x' }), () => counter.points.length === 1];
  }],
  ['Counter `inc`, bound, with an exemplar', ({ clock }) => {
    const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], ttlSeconds: 10, clock });
    const child = counter.labels('x');
    return [() => child.inc(1, { trace_id: 'a' }), () => counter.points.length === 1];
  }],
  ['Gauge `set`', ({ clock }) => {
    const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], ttlSeconds: 10, clock });
    const child = gauge.labels('x');
    return [() => child.set(5), () => gauge.points.length === 1];
  }],
  ['Gauge `inc`', ({ clock }) => {
    const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], ttlSeconds: 10, clock });
    return [() => gauge.inc({ a: 'x' }), () => gauge.points.length === 1];
  }],
  ['Gauge `dec`', ({ clock }) => {
    const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], ttlSeconds: 10, clock });
    return [() => gauge.dec({ a: 'x' }), () => gauge.points.length === 1];
  }],
  ['Gauge `set` without labels', ({ clock }) => {
    const gauge = new Gauge({ name: 'g', help: '', ttlSeconds: 10, clock });
    return [() => gauge.set(5), () => gauge.points.length === 1];
  }],
  ['Histogram `observe`', ({ clock }) => {
    const histogram = new Histogram({ name: 'h', help: '', labelNames: ['a'], ttlSeconds: 10, clock });
    return [() => histogram.observe({ a: 'x' }, 5), () => histogram.points.length === 1];
  }],
  ['Summary `observe`', ({ clock }) => {
    const summary = new Summary({ name: 's', help: '', labelNames: ['a'], ttlSeconds: 10, clock });
    return [() => summary.observe({ a: 'x' }, 5), () => summary.points.length === 1];
  }],
  ['StateSet `set`', ({ clock }) => {
    const doors = new StateSet({ name: 's', help: '', labelNames: ['a'], states: ['open', 'shut'], ttlSeconds: 10, clock });
    return [() => doors.set({ a: 'x' }, 'open'), () => doors.points.length === 1];
  }],
  ['StateSet `toggle`', ({ clock }) => {
    const doors = new StateSet({ name: 's', help: '', labelNames: ['a'], states: ['open', 'shut'], ttlSeconds: 10, clock });
    return [() => doors.toggle({ a: 'x' }, 'open', true), () => doors.points.length === 1];
  }],
  ['Info `set`', ({ clock }) => {
    const info = new Info({ name: 'i_info', help: '', labelNames: ['a'], ttlSeconds: 10, clock });
    return [() => info.set({ a: 'x' }), () => info.points.length === 1];
  }],
  ['`labels`', ({ clock }) => {
    const info = new Info({ name: 'i_info', help: '', labelNames: ['a'], ttlSeconds: 10, clock });
    return [() => void info.labels('x'), () => info.points.length === 1];
  }],
];

for (const [what, make] of writes) {
  test(`${what} keeps a series for its time, and brings it back after that`, () => {
    const time = clockAt(0);
    const [write, isShown] = make(time);
    write();
    time.seconds = 9;
    write();
    time.seconds = 18.9;
    assert.equal(isShown(), true);
    time.seconds = 19;
    assert.equal(isShown(), false);
    write();
    assert.equal(isShown(), true);
  });
}

test('a write that holds no data keeps no series', () => {
  const time = clockAt(0);
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], ttlSeconds: 10, clock: time.clock });
  const child = counter.labels('x');
  time.seconds = 9;
  child.inc(NaN);
  time.seconds = 10;
  assert.deepEqual(shown(counter), []);
});

test('reading keeps no series, and two readings at one moment are the same', () => {
  const time = clockAt(0);
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], ttlSeconds: 10, clock: time.clock });
  counter.inc({ a: 'x' });
  for (time.seconds = 1; time.seconds < 20; time.seconds++) {
    const first = render(counter);
    assert.equal(counter.get({ a: 'x' }), time.seconds < 10 ? 1 : undefined);
    assert.equal(render(counter), first);
  }
  assert.deepEqual(shown(counter), []);
});

test('a series whose time is over begins anew, whether or not a scrape came in between', () => {
  for (const isScraped of [true, false]) {
    const time = clockAt(0);
    const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], ttlSeconds: 10, clock: time.clock });
    const child = counter.labels('x');
    child.inc(5);
    counter.inc({ a: 'y' }, 5);
    time.seconds = 10;
    if (isScraped) render(counter);
    child.inc(1);
    counter.inc({ a: 'y' }, 2);
    assert.deepEqual(shown(counter), [['x', 1], ['y', 2]]);
    child.inc(1);
    assert.equal(counter.get({ a: 'x' }), 2);
  }
});

test('`remove` and `removeMatching` find no series whose time is over', () => {
  const time = clockAt(0);
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], ttlSeconds: 10, clock: time.clock });
  gauge.set({ a: 'x' }, 1);
  gauge.set({ a: 'y' }, 1);
  time.seconds = 10;
  assert.equal(gauge.remove({ a: 'x' }), false);
  assert.equal(gauge.removeMatching({}), 0);
});

test('an instrument with `ttlSeconds` can be cleared, and counts the time of what comes after', () => {
  const time = clockAt(0);
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], ttlSeconds: 10, clock: time.clock });
  gauge.set({ a: 'x' }, 1);
  gauge.clear();
  time.seconds = 9;
  gauge.set({ a: 'x' }, 2);
  time.seconds = 18;
  assert.deepEqual(shown(gauge), [['x', 2]]);
  time.seconds = 19;
  assert.deepEqual(shown(gauge), []);
});

test('without labels, a metric whose time is over is not shown at 0 but left out', () => {
  const time = clockAt(0);
  const gauge = new Gauge({ name: 'g', help: '', ttlSeconds: 10, clock: time.clock });
  const child = gauge.labels();
  assert.equal(render(gauge), '# TYPE g gauge\ng 0\n');
  time.seconds = 10;
  assert.equal(render(gauge), '# TYPE g gauge\n');
  assert.equal(gauge.get(), undefined);
  child.inc();
  gauge.inc();
  assert.equal(render(gauge), '# TYPE g gauge\ng 2\n');
});

test('exemplars of the current trace are asked for under `ttlSeconds` too', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], ttlSeconds: 10, exemplar: () => ({ trace_id: 'a' }) });
  counter.inc({ a: 'x' });
  assert.deepEqual(counter.labels('x').exemplar?.labels, { trace_id: 'a' });
});

test('a series whose time is over leaves its place under `maxSeries`', () => {
  const time = clockAt(0);
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], maxSeries: 2, ttlSeconds: 10, clock: time.clock });
  counter.inc({ a: 'x' });
  time.seconds = 5;
  counter.inc({ a: 'y' });
  counter.inc({ a: 'z' });
  time.seconds = 10;
  counter.inc({ a: 'z' });
  assert.deepEqual(shown(counter), [['y', 1], ['_overflow_', 1], ['z', 1]]);
  assert.equal(counter.overflowedWrites, 1);
});

test('expired series block no new ones, however many writes come between them', () => {
  const time = clockAt(0);
  const maxSeries = 1_000;
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], maxSeries, ttlSeconds: 10, clock: time.clock });
  let writes = 0;
  for (let step = 0; step < 30_000; step++) {
    // Never more than 100 are alive: each is written to in 10 steps, and there is a new one at each.
    time.seconds += 0.1;
    for (const age of [0, 3, 9]) {
      counter.inc({ a: Math.max(0, step - age) });
      writes++;
    }
  }
  assert.equal(counter.overflowedWrites, 0);
  assert.ok(counter.points.length <= 200, `${counter.points.length}`);
  assert.ok(writes === 90_000);
});

test('at the limit each write of a new label set gets the place of one that has just expired', () => {
  const time = clockAt(0);
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], maxSeries: 500, ttlSeconds: 500, clock: time.clock });
  for (let a = 0; a < 5_000; a++) {
    counter.inc({ a });
    time.seconds++;
  }
  assert.equal(counter.overflowedWrites, 0);
  assert.deepEqual([counter.points.length, counter.points[0]!.labelValues], [499, ['4501']]);
});

test('series expire in the order of their last writes, whatever the order in which they were made', () => {
  const time = clockAt(0);
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], maxSeries: 3, ttlSeconds: 10, clock: time.clock });
  for (const a of ['x', 'y', 'z']) gauge.set({ a }, 1);
  time.seconds = 5;
  gauge.labels('y').inc();
  time.seconds = 7;
  gauge.inc({ a: 'x' });
  time.seconds = 10;
  gauge.set({ a: 'new' }, 4);
  assert.deepEqual(shown(gauge), [['x', 2], ['y', 2], ['new', 4]]);
  time.seconds = 16;
  gauge.set({ a: 'newer' }, 5);
  assert.deepEqual(shown(gauge), [['x', 2], ['new', 4], ['newer', 5]]);
  assert.equal(gauge.overflowedWrites, 0);
});

test('a label value that is too long finds the overflow series begun anew where that had expired', () => {
  const time = clockAt(0);
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], ttlSeconds: 10, clock: time.clock });
  for (let i = 0; i < 3; i++) {
    counter.inc({ a: 'x'.repeat(131_073) }, 5);
    assert.deepEqual(shown(counter), [['_overflow_', 5]]);
    time.seconds += 10;
  }
});

test('a clock that goes back keeps series for longer, and loses none', () => {
  const time = clockAt(1_000);
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], ttlSeconds: 10, clock: time.clock });
  gauge.set({ a: 'x' }, 1);
  time.seconds = 900;
  gauge.set({ a: 'y' }, 2);
  assert.deepEqual(shown(gauge), [['x', 1], ['y', 2]]);
  time.seconds = 1_010;
  assert.deepEqual(shown(gauge), []);
});

test('the overflow series ends by time like others', () => {
  const time = clockAt(0);
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], maxSeries: 1, ttlSeconds: 10, clock: time.clock });
  const kept = counter.labels('x');
  counter.inc({ a: 'y' });
  time.seconds = 9;
  kept.inc();
  time.seconds = 10;
  assert.deepEqual(shown(counter), [['x', 1]]);
});

test('past the limit, a write looks at the clock once, and at no series but the longest unwritten', () => {
  let asked = 0;
  const maxSeries = 1_000;
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], maxSeries, ttlSeconds: 1e6, clock: () => asked++ });
  for (let a = 0; a < maxSeries; a++) counter.inc({ a });
  const overflow = counter.labels('new');
  assert.equal(overflow.labelValues[0], '_overflow_');
  asked = 0;
  for (let a = 0; a < 10_000; a++) counter.inc({ a: `new${a}` });
  assert.equal(asked, 10_000);
  assert.equal(overflow.value, 10_000);
});

test('`replace` makes a set of series the only one; what stays keeps its place', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  for (const a of ['x', 'y', 'z']) gauge.set({ a }, 1);
  gauge.replace([[{ a: 'new' }, 5], [{ a: 'z' }, 6], [{ a: 'x' }, NaN]]);
  assert.deepEqual(shown(gauge), [['x', NaN], ['z', 6], ['new', 5]]);
  gauge.replace(new Map([[{ a: 'x' }, 1]]));
  assert.deepEqual(shown(gauge), [['x', 1]]);
  gauge.replace([]);
  assert.deepEqual(shown(gauge), []);
});

test('children of labels that stay go on after `replace`, and children of others write anew', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  const [stays, goes] = [gauge.labels('stays'), gauge.labels('goes')];
  goes.set(7);
  gauge.replace([[{ a: 'stays' }, 5]]);
  assert.equal(gauge.labels('stays'), stays);
  stays.inc();
  assert.deepEqual(shown(gauge), [['stays', 6]]);
  goes.inc();
  assert.deepEqual(shown(gauge), [['stays', 6], ['goes', 1]]);
});

test('`replace` reads the labels of each entry when it comes, and of equal ones the last value counts', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  const reused = { a: '' };
  gauge.replace((function* (): Iterable<[typeof reused, number]> {
    for (const a of ['x', 'y', 'x']) {
      reused.a = a;
      yield [reused, a.length + gauge.points.length];
      gauge.labels('made meanwhile');
    }
  })());
  assert.deepEqual(shown(gauge), [['x', 2], ['y', 2]]);
});

test('`replace` changes nothing where its entries are wrong or cannot be read', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  gauge.set({ a: 'x' }, 1);
  const wrong: readonly (readonly [entries: unknown, error: object])[] = [
    [[[{ a: 'y' }, 1], [{ b: 'y' }, 1]], { code: 'ERR_LABELS' }],
    [[[{ a: 'y', b: 'y' }, 1]], { code: 'ERR_LABELS' }],
    [[[{ a: null }, 1]], { code: 'ERR_LABEL_VALUE' }],
    [[[undefined, 1]], { code: 'ERR_LABELS' }],
    [[{ a: 'y' }], { name: 'TypeError' }],
    [5, { name: 'TypeError' }],
    [(function* () { throw new RangeError('lost'); })(), { message: 'lost' }],
  ];
  for (const [entries, error] of wrong) {
    assert.throws(() => gauge.replace(entries as Iterable<[{ a: string }, number]>), error);
    assert.deepEqual(shown(gauge), [['x', 1]]);
  }
});

test('values that are no data make no series in `replace`, are counted, and leave a series as it was', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  gauge.set({ a: 'x' }, 1);
  gauge.set({ a: 'y' }, 1);
  gauge.replace([[{ a: 'x' }, undefined as unknown as number], [{ a: 'z' }, '5' as unknown as number]]);
  assert.deepEqual(shown(gauge), [['x', 1]]);
  assert.equal(gauge.rejectedWrites, 2);

  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'] });
  counter.inc({ a: 'x' }, 3);
  counter.replace([[{ a: 'x' }, -1], [{ a: 'y' }, NaN], [{ a: 'z' }, Infinity], [{ a: 'new' }, 4]]);
  assert.deepEqual(shown(counter), [['x', 3], ['new', 4]]);
  assert.equal(counter.rejectedWrites, 3);
});

test('`replace` sets the totals of a counter, and `inc` goes on from there', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'] });
  counter.inc({ a: 'x' }, 100);
  counter.replace([[{ a: 'x' }, 7], [{ a: 'y' }, 0]]);
  counter.inc({ a: 'x' }, 0.5);
  assert.deepEqual(shown(counter), [['x', 7.5], ['y', 0]]);
});

test('totals of equal labels are added up in `replace`', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'] });
  for (let poll = 0; poll < 2; poll++) counter.replace([[{ a: 1 }, 7], [{ a: 'y' }, 1], [{ a: '1' }, 0.5]]);
  assert.deepEqual(shown(counter), [['1', 7.5], ['y', 1]]);
});

test('when a total from elsewhere began is not told', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], wallClock: () => 5_000 });
  counter.inc({ a: 'own' });
  const ownLines = '# TYPE c counter\nc_total{a="own"} 1\nc_created{a="own"} 5\n';
  assert.equal(render(counter, openMetricsWith({ created: true })), `${ownLines}# EOF\n`);
  counter.replace([[{ a: 'own' }, 7]]);
  assert.equal(render(counter, openMetricsWith({ created: true })), '# TYPE c counter\nc_total{a="own"} 7\n# EOF\n');
});

test('past `maxSeries`, `replace` gives the places of those that go to those that come; the rest overflows', () => {
  const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a'], maxSeries: 2 });
  const entries = (from: number, to: number): [{ a: number }, number][] => Array.from({ length: to - from }, (_, i) => [{ a: from + i }, 10]);
  counter.replace(entries(0, 2));
  counter.replace(entries(2, 4));
  assert.deepEqual(shown(counter), [['2', 10], ['3', 10]]);
  assert.equal(counter.overflowedWrites, 0);
  for (let poll = 1; poll <= 2; poll++) {
    counter.replace(entries(2, 7));
    assert.deepEqual(shown(counter), [['2', 10], ['3', 10], ['_overflow_', 30]]);
    assert.equal(counter.overflowedWrites, 3 * poll);
  }
  counter.replace(entries(2, 3));
  assert.deepEqual(shown(counter), [['2', 10]]);
});

test('past `maxSeries`, `set` of a gauge is ignored and counted, since it tells of one label set; `inc` and `dec` add up', () => {
  const warnings: string[] = [];
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], maxSeries: 1 });
  gauge.listen(({ code, message }) => void warnings.push(`${code} ${message}`));
  gauge.set({ a: 'x' }, 1);
  gauge.set({ a: 'y' }, 20);
  gauge.setToCurrentTime({ a: 'y' });
  gauge.startTimer({ a: 'y' })();
  gauge.replace([[{ a: 'x' }, 2], [{ a: 'y' }, 30]]);
  assert.deepEqual([shown(gauge), gauge.overflowedWrites], [[['x', 2]], 4]);
  assert.deepEqual(warnings, ['ERR_SERIES_LIMIT Gauge "g": expected at most 1 series (maxSeries), got one more: ["y"]; such writes are ignored']);
  gauge.inc({ a: 'y' }, 5);
  gauge.dec({ a: 'z' }, 2);
  const overflow = gauge.labels('z');
  overflow.set(100);
  overflow.setToCurrentTime();
  overflow.startTimer()();
  gauge.set({ a: '_overflow_' }, 7);
  overflow.inc();
  assert.deepEqual([shown(gauge), gauge.overflowedWrites], [[['x', 2], ['_overflow_', 4]], 7]);
  gauge.remove({ a: 'x' });
  gauge.set({ a: 'y' }, 20);
  assert.deepEqual(shown(gauge), [['_overflow_', 4], ['y', 20]]);
});

test('the same of a state set, whose states tell of one label set too; an info shows that there are more', () => {
  const doors = new StateSet({ name: 'door', help: '', labelNames: ['room'], states: ['open', 'shut'], maxSeries: 1 });
  doors.set({ room: 'hall' }, 'open');
  doors.set({ room: 'attic' }, 'shut');
  doors.toggle({ room: 'attic' }, 'shut', true);
  doors.replace([[{ room: 'hall' }, 'shut'], [{ room: 'attic' }, 'open']]);
  assert.deepEqual([doors.points.length, { ...doors.get({ room: 'hall' }) }, doors.overflowedWrites], [1, { open: false, shut: true }, 3]);
  doors.labels('attic').set('open');
  assert.deepEqual(doors.points.map(({ labels, states }) => [labels['room'], { ...states }]), [
    ['hall', { open: false, shut: true }],
    ['_overflow_', { open: false, shut: false }],
  ]);
  const info = new Info({ name: 'disk_info', help: '', labelNames: ['disk'], maxSeries: 1 });
  info.replace([{ disk: 'sda' }, { disk: 'sdb' }]);
  assert.deepEqual(info.points.map(({ labels }) => labels['disk']), ['sda', '_overflow_']);
});

test('past `maxSeries`, histograms and summaries keep their totals', () => {
  const options = { help: '', labelNames: ['a'], maxSeries: 1 } as const;
  const [histogram, summary] = [new Histogram({ name: 'h', buckets: [1], ...options }), new Summary({ name: 's', percentiles: [], ...options })];
  for (const metric of [histogram, summary]) {
    for (const a of ['x', 'y', 'z']) metric.observe({ a }, 0.5);
    metric.labels('w').observe(2);
    metric.startTimer()({ a: 'v' });
    assert.deepEqual([metric.get({ a: 'x' })!.count, metric.get({ a: '_overflow_' })!.count], [1, 4]);
  }
});

test('`replace` of a metric without labels sets it, or begins it again', () => {
  const counter = new Counter({ name: 'c_total', help: '' });
  counter.replace([[{}, 5]]);
  assert.equal(counter.get(), 5);
  counter.replace([]);
  assert.equal(render(counter), '# TYPE c_total counter\nc_total 0\n');
  counter.inc();
  assert.equal(counter.get(), 1);
});

test('`replace` counts as a write for `ttlSeconds`', () => {
  const time = clockAt(0);
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], ttlSeconds: 10, clock: time.clock });
  gauge.replace([[{ a: 'x' }, 1]]);
  time.seconds = 9;
  gauge.replace([[{ a: 'x' }, 2]]);
  time.seconds = 18;
  assert.deepEqual(shown(gauge), [['x', 2]]);
  time.seconds = 19;
  gauge.replace([[{ a: 'x' }, 3]]);
  assert.deepEqual(shown(gauge), [['x', 3]]);
});

test('a scrape that gave way half-way does not meet a series twice when others replace the set meanwhile', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  for (let a = 0; a < 10; a++) gauge.set({ a }, a);
  const walked: string[] = [];
  for (const { labels } of gauge.points) {
    walked.push(labels['a']!);
    gauge.replace([[{ a: walked.length }, 1], [{ a: 'new' }, 1]]);
  }
  assert.deepEqual(walked, ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
});

test('`replace` of an info shows these facts alone, as `set` does with one', () => {
  const info = new Info({ name: 'disk_info', help: '', labelNames: ['disk'], maxSeries: 2 });
  const disks = (): unknown[] => info.points.map(({ labels }) => labels['disk']);
  info.replace([{ disk: 'sda' }, { disk: 'sdb' }]);
  info.replace([{ disk: 'sdb' }, { disk: 'sdc' }]);
  assert.deepEqual(disks(), ['sdb', 'sdc']);
  info.set({ disk: 'sdd' });
  assert.deepEqual(disks(), ['sdd']);
  assert.throws(() => info.replace(5 as unknown as Iterable<{ disk: string }>), { name: 'TypeError' });
  assert.deepEqual(disks(), ['sdd']);
});

test('`replace` of a state set gives each series its one state', () => {
  const doors = new StateSet({ name: 'door', help: '', labelNames: ['room'], states: ['open', 'shut'] });
  doors.toggle({ room: 'hall' }, 'open', true);
  doors.set({ room: 'attic' }, 'open');
  doors.replace([[{ room: 'hall' }, 'shut'], [{ room: 'cellar' }, 'open'], [{ room: 'attic' }, 'ajar']]);
  assert.deepEqual(doors.points.map(({ labels, states }) => [labels['room'], { ...states }]), [
    ['hall', { open: false, shut: true }],
    ['attic', { open: true, shut: false }],
    ['cellar', { open: true, shut: false }],
  ]);
  assert.equal(doors.rejectedWrites, 1);
});

test('a child can remove its series, or the one that has its labels by now', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'] });
  const child = gauge.labels('x');
  gauge.set({ a: 'y' }, 1);
  assert.equal(child.remove(), true);
  assert.equal(child.remove(), false);
  assert.deepEqual(shown(gauge), [['y', 1]]);
  child.inc();
  assert.deepEqual(shown(gauge), [['y', 1], ['x', 1]]);
  assert.equal(child.remove(), true);
  assert.deepEqual(shown(gauge), [['y', 1]]);
});

test('a series lives as long as the block that holds it by `using`, also where that throws', () => {
  const gauge = new Gauge({ name: 'connected', help: '', labelNames: ['peer'] });
  assert.throws(() => {
    // What `using connection = …` comes to, which not every engine reads yet.
    const connection: Disposable & GaugeSeries = gauge.labels('10.0.0.7');
    try {
      connection.set(1);
      assert.deepEqual(shown(gauge), [['10.0.0.7', 1]]);
      throw new Error('reset');
    } finally {
      connection[Symbol.dispose]();
    }
  }, { message: 'reset' });
  assert.deepEqual(shown(gauge), []);
});

test('every instrument hands out children that can be disposed', () => {
  const labelNames = ['a'];
  for (const instrument of [
    new Counter({ name: 'c_total', help: '', labelNames }),
    new Histogram({ name: 'h', help: '', labelNames }),
    new Summary({ name: 's', help: '', labelNames }),
    new Info({ name: 'i_info', help: '', labelNames }),
    new StateSet({ name: 'e', help: '', labelNames, states: ['on'] }),
  ]) {
    instrument.labels('x')[Symbol.dispose]();
    assert.equal(instrument.points.length, 0);
  }
});

test('the end of a child that was handed the overflow series leaves it to the others', () => {
  const gauge = new Gauge({ name: 'g', help: '', labelNames: ['a'], maxSeries: 1 });
  const [first, second] = [gauge.labels('x'), gauge.labels('y')];
  second.inc();
  assert.equal(second.remove(), false);
  assert.equal(first.remove(), true);
  assert.deepEqual(shown(gauge), [['_overflow_', 1]]);
});

test('the child of a metric without labels begins it again at 0', () => {
  const gauge = new Gauge({ name: 'g', help: '' });
  gauge.set(5);
  assert.equal(gauge.labels().remove(), true);
  assert.equal(gauge.get(), 0);
});

/** Numbers from 0 to below 1 that look random; the same ones for the same seed. */
function random(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

test('any course of writes, removals, swaps and time gives what a plain list of series gives', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const next = random(seed * 7_919);
    const below = (count: number): number => Math.floor(next() * count);
    const time = clockAt(0);
    // Of so few, each write past the limit looks at all for one whose time is over.
    const [maxSeries, ttlSeconds] = [1 + below(7), 1 + below(20)];
    const counter = new Counter({ name: 'c_total', help: '', labelNames: ['a', 'b'], maxSeries, ttlSeconds, clock: time.clock });
    const children = new Map<string, ReturnType<typeof counter.labels>>();

    // The reference: a list, searched from its beginning.
    let list: { a: string; b: string; value: number; written: number }[] = [];
    const forget = (): void => void (list = list.filter(({ written }) => time.seconds - written < ttlSeconds));
    const seriesAt = (a: string, b: string): (typeof list)[number] => {
      const found = list.find((series) => series.a === a && series.b === b);
      if (found !== undefined) return found;
      const hasPlace = list.filter((series) => series.a !== '_overflow_').length < maxSeries;
      if (!hasPlace && a !== '_overflow_') return seriesAt('_overflow_', '_overflow_');
      list.push({ a, b, value: 0, written: time.seconds });
      return list.at(-1)!;
    };
    const write = (a: string, b: string, amount: number): void => {
      const series = seriesAt(a, b);
      series.value += amount;
      series.written = time.seconds;
    };

    for (let step = 0; step < 300; step++) {
      const [a, b, amount] = [`a${below(4)}`, `b${below(4)}`, below(10)];
      const act = below(20);
      forget();
      if (act < 8) {
        counter.inc({ a, b }, amount);
        write(a, b, amount);
      } else if (act < 12) {
        const child = children.get(a + b) ?? counter.labels(a, b);
        if (child.labelValues[0] === '_overflow_') write('_overflow_', '_overflow_', 0);
        else children.set(a + b, child);
        child.inc(amount);
        if (child.labelValues[0] === '_overflow_') write('_overflow_', '_overflow_', amount);
        else write(a, b, amount);
      } else if (act < 13) {
        assert.equal(counter.remove({ a, b }), list.some((series) => series.a === a && series.b === b));
        list = list.filter((series) => series.a !== a || series.b !== b);
      } else if (act < 14) {
        assert.equal(counter.removeMatching({ b }), list.filter((series) => series.b === b).length);
        list = list.filter((series) => series.b !== b);
      } else if (act < 15) {
        const entries = Array.from({ length: below(10) }, () => [{ a: `a${below(4)}`, b: `b${below(4)}` }, below(100)] as const);
        counter.replace(entries);
        list = list.filter((series) => entries.some(([labels]) => labels.a === series.a && labels.b === series.b));
        const written = entries.map(([labels, total]) => [seriesAt(labels.a, labels.b), total] as const);
        for (const [series] of written) series.value = 0;
        for (const [series, total] of written) series.value += total;
        for (const [series] of written) series.written = time.seconds;
      } else if (act < 19) {
        time.seconds += below(4);
      } else {
        counter.clear();
        list = [];
      }
      forget();
      assert.equal(counter.get({ a, b }), list.find((series) => series.a === a && series.b === b)?.value, `seed ${seed}, step ${step}`);
      // Not at each step, so that what is over is met by all of the acts too.
      if (below(3) > 0) continue;
      assert.deepEqual(shown(counter), list.map((series) => [series.a, series.b, series.value]), `seed ${seed}, step ${step}`);
    }
  }
});

const CHURN = `
  import { Gauge } from ${JSON.stringify(new URL('../lib/index.ts', import.meta.url).href)};
  let nowMs = 0;
  const made = (name, more) => new Gauge({ name, help: '', labelNames: ['user', 'kind'], maxSeries: Infinity, ...more });
  const forgotten = made('forgotten', { ttlSeconds: 1, clock: () => nowMs });
  const replaced = made('replaced');
  const disposed = made('disposed');
  // 1000 new series each.
  const rounds = {
    ttlSeconds: (user) => {
      for (let i = 0; i < 1000; i++) forgotten.set({ user: 'user-' + user++, kind: 'a' }, 1);
      nowMs += 250;
      return forgotten.points.length;
    },
    replace: (user) => {
      replaced.replace(Array.from({ length: 1000 }, () => [{ user: 'user-' + user++, kind: 'a' }, 1]));
      return replaced.points.length;
    },
    remove: (user) => {
      for (let i = 0; i < 1000; i++) disposed.labels('user-' + user++, 'a').remove();
      return disposed.points.length;
    },
  };
  const heap = () => (gc(), process.memoryUsage().heapUsed);
  const churned = {};
  for (const [name, round] of Object.entries(rounds)) {
    let before, most = 0;
    for (let i = 0; i < 334; i++) {
      if (i === 34) before = heap();
      most = Math.max(most, round(i * 1000));
    }
    churned[name] = { most, grown: heap() - before };
  }
  console.log(JSON.stringify(churned));
`;

test('a million label values, most of them gone again, leave no memory taken', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', '--import', 'tsx', '--input-type=module', '--eval', CHURN], { timeout: 300_000 });
  const churned = JSON.parse(stdout) as Record<string, { readonly most: number; readonly grown: number }>;
  assert.deepEqual(Object.entries(churned).map(([name, { most }]) => [name, most]), [['ttlSeconds', 3_000], ['replace', 1_000], ['remove', 0]]);
  // Of 300 000 series each that came and went meanwhile, one byte a series would show.
  for (const [name, { grown }] of Object.entries(churned)) assert.ok(grown < 300_000, `${name}: ${grown} bytes more`);
});
