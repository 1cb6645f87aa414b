// What a series had that ended in one member stays in the group's sum, as long as others show the series.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Counter, Gauge, Histogram, Registry, Summary, render } from '../lib/index.ts';
import { MOST_RETAINED, Merger } from '../lib/merging/merger.ts';
import { Retained } from '../lib/merging/retained.ts';
import { SnapshotWriter } from '../lib/merging/snapshot-writer.ts';
import type { Part } from '../lib/merging/snapshot.ts';
import { sumOf } from '../lib/merging/sum.ts';
import { testFolder } from './cluster-folder.ts';
import { done, merged } from './merging.ts';

let members = 0;

/** A member whose snapshots are taken one after another. */
class Member {
  readonly registry: Registry = new Registry({ labels: { dc: 'a' } });
  nowMs: number = 0;
  readonly jobs: Counter<'queue'> = this.registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'], ttlSeconds: 60, maxSeries: Infinity, clock: () => this.nowMs, wallClock: () => 1_000 }));
  private readonly writer = new SnapshotWriter(new Retained());
  private readonly key = `key ${members++}`;

  part(isEnded = false): Part {
    return { key: this.key, member: this.key, isEnded, ...done(this.writer.take(this.registry.collect())) };
  }
}

function shown(...parts: readonly Part[]): string[] {
  const { text, reports } = merged(parts);
  assert.deepEqual(reports, []);
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

const mail = { queue: 'mail' };

const ends: Readonly<Record<string, (member: Member) => void>> = {
  removed: ({ jobs }) => void jobs.remove(mail),
  'removed by its child': ({ jobs }) => void jobs.labels(mail).remove(),
  'removed with others': ({ jobs }) => void jobs.removeMatching({ queue: 'mail' }),
  cleared: ({ jobs }) => jobs.clear(),
  reset: ({ registry }) => registry.reset(),
  expired: (member) => void (member.nowMs += 60_000),
  'left out by replace': ({ jobs }) => jobs.replace([]),
};
for (const [what, end] of Object.entries(ends)) {
  test(`what a series had that is ${what} stays in the sum, as long as another member shows it, and counts on where it comes back`, () => {
    const [one, other] = [new Member(), new Member()];
    one.jobs.inc(mail, 10);
    other.jobs.inc(mail, 5);
    assert.deepEqual(shown(one.part(), other.part()), ['jobs_total{dc="a",queue="mail"} 15']);
    // Never shown, and counted all the same.
    one.jobs.inc(mail, 2);
    end(one);
    for (let round = 0; round < 2; round++) assert.deepEqual(shown(one.part(), other.part()), ['jobs_total{dc="a",queue="mail"} 17']);
    one.jobs.inc(mail);
    assert.deepEqual(shown(one.part(), other.part()), ['jobs_total{dc="a",queue="mail"} 18']);
    end(one);
    one.jobs.inc(mail, 3);
    for (let round = 0; round < 2; round++) assert.deepEqual(shown(one.part(), other.part()), ['jobs_total{dc="a",queue="mail"} 21']);
    end(one);
    end(other);
    assert.deepEqual(shown(one.part(), other.part()), []);
    other.jobs.inc(mail);
    assert.deepEqual(shown(one.part(), other.part()), ['jobs_total{dc="a",queue="mail"} 22']);
  });
}

test('histograms and the sums of summaries stay too; gauges go', () => {
  const members = [0, 1].map((i) => {
    const member = new Member();
    const histogram = member.registry.register(new Histogram({ name: 'h', help: '', labelNames: ['queue'], buckets: [1] }));
    const summary = member.registry.register(new Summary({ name: 's', help: '', labelNames: ['queue'], percentiles: [0.5] }));
    const gauge = member.registry.register(new Gauge({ name: 'g', help: '', labelNames: ['queue'] }));
    histogram.observe(mail, 0.5 + i);
    summary.observe(mail, 10 ** i);
    gauge.set(mail, 1);
    return member;
  });
  members.forEach((member) => member.part());
  for (const name of ['h', 's', 'g']) (members[1]!.registry.get(name) as Gauge<'queue'>).clear();
  assert.deepEqual(shown(...members.map((member) => member.part())), [
    'h_bucket{dc="a",queue="mail",le="1"} 1', 'h_bucket{dc="a",queue="mail",le="+Inf"} 2', 'h_sum{dc="a",queue="mail"} 2', 'h_count{dc="a",queue="mail"} 2',
    's{dc="a",queue="mail",quantile="0.5"} 1', 's_sum{dc="a",queue="mail"} 11', 's_count{dc="a",queue="mail"} 2', 'g{dc="a",queue="mail"} 1',
  ]);
});

test('it stays when the member ends as well, and counts only where somebody else shows the series', () => {
  const [one, other, third] = [new Member(), new Member(), new Member()];
  one.jobs.inc(mail, 10);
  one.jobs.inc({ queue: 'print' }, 1);
  one.part();
  one.jobs.remove(mail);
  other.jobs.inc(mail, 5);
  assert.deepEqual(shown(other.part(), one.part(true)), ['jobs_total{dc="a",queue="mail"} 15', 'jobs_total{dc="a",queue="print"} 1']);
  other.jobs.inc({ queue: 'print' });
  other.part();
  other.jobs.remove(mail);
  const sum: Part = { key: 'sum', member: '', isEnded: true, ...done(sumOf([one.part(true), other.part(true)], assert.fail)) };
  assert.deepEqual(shown(third.part(), sum), ['jobs_total{dc="a",queue="print"} 2']);
  third.jobs.inc(mail);
  assert.deepEqual(shown(third.part(), sum), ['jobs_total{dc="a",queue="mail"} 16', 'jobs_total{dc="a",queue="print"} 2']);
});

test('a series that is removed while a snapshot is taken is counted once', () => {
  const [one, other] = [new Member(), new Member()];
  for (let i = 0; i < 3_000; i++) one.jobs.inc({ queue: String(i) });
  one.part();
  for (let i = 0; i < 100; i++) {
    other.jobs.inc({ queue: String(i) });
    one.jobs.inc({ queue: `new ${i}` });
  }
  const merger = new Merger(assert.fail);
  const registered = one.registry;
  const writer = new SnapshotWriter(new Retained());
  const take = (): Part => {
    const work = writer.take(registered.collect());
    for (let i = 0; ; i++) {
      const step = work.next();
      if (step.done) return { key: 'one', member: '1', isEnded: false, ...step.value };
      one.jobs.remove({ queue: String(i) });
      one.jobs.inc({ queue: `newer ${i}` });
    }
  };
  for (let round = 0; round < 3; round++) {
    const [family] = done(merger.merge([take(), other.part()]));
    const points = [...family!.points] as { readonly labels: { readonly queue: string }; readonly value: number }[];
    for (let i = 0; i < 100; i++) assert.equal(points.find(({ labels }) => labels.queue === String(i))?.value, 2);
  }
});

test('a series is counted once where a snapshot that found it gone is broken off', () => {
  const registry = new Registry();
  const jobs = registry.register(new Counter({ name: 'jobs_total', help: '', labelNames: ['queue'] }));
  for (let i = 0; i < 1_000; i++) jobs.inc({ queue: String(i) });
  const writer = new SnapshotWriter(new Retained());
  done(writer.take(registry.collect()));
  jobs.remove({ queue: '7' });
  const work = writer.take(registry.collect());
  assert.equal(work.next().done, false);
  work.return(undefined as never);
  jobs.inc({ queue: '7' });
  assert.deepEqual(shown({ key: 'one', member: '1', isEnded: false, ...done(writer.take(registry.collect())) }).filter((line) => line.includes('"7"')), ['jobs_total{queue="7"} 2']);
});

test('the latest thousand series of a family are remembered', () => {
  const [one, other] = [new Member(), new Member()];
  for (let i = 0; i < 3 * MOST_RETAINED; i++) {
    for (const { jobs } of [one, other]) jobs.inc({ queue: String(i) });
    if (i % 500 !== 499) continue;
    one.part();
    one.jobs.clear();
    one.part();
  }
  const values = shown(one.part(), other.part()).map((line) => Number(line.split(' ')[1]));
  assert.deepEqual(values, [...Array(2 * MOST_RETAINED).fill(1), ...Array(MOST_RETAINED).fill(2)]);
});

test('what was retained of one family is not worked out again for what ends in another', () => {
  const retained = new Retained();
  const registry = new Registry();
  const counters = ['a_total', 'b_total'].map((name) => registry.register(new Counter({ name, help: '', labelNames: ['queue'] })));
  const writer = new SnapshotWriter(retained);
  const endIn = (counter: Counter<'queue'>): void => {
    counter.inc(mail);
    done(writer.take(registry.collect()));
    counter.clear();
    done(writer.take(registry.collect()));
  };
  counters.forEach(endIn);
  const [a, b] = retained.families;
  endIn(counters[0]!);
  assert.deepEqual(retained.families.map(({ name }) => name), ['b_total', 'a_total']);
  assert.equal(retained.families[0], b);
  assert.notEqual(retained.families[1], a);
  assert.deepEqual([...retained.families[1]!.points].map((point) => (point as { readonly value: number }).value), [2]);
});

test('what another collector leaves out for once is not added to what it shows later', () => {
  const [one, other] = [new Member(), new Member()];
  let isThere = true;
  for (const { registry } of [one, other]) registry.register({ collect: () => (isThere || registry === other.registry ? [{ type: 'counter', name: 'own_total', help: '', points: [{ labels: {}, value: 7 }] }] : []) });
  const own = (): string[] => shown(one.part(), other.part()).filter((line) => line.startsWith('own'));
  assert.deepEqual(own(), ['own_total{dc="a"} 14']);
  isThere = false;
  assert.deepEqual(own(), ['own_total{dc="a"} 7']);
  isThere = true;
  assert.deepEqual(own(), ['own_total{dc="a"} 14']);
});

test('so do members of a group, also one that leaves and joins again', async (t) => {
  const folder = testFolder(t);
  const members = [new Member(), new Member()] as const;
  const [one, other] = [await folder.join(members[0].registry), await folder.join(members[1].registry)];
  const sum = async (): Promise<string | undefined> => {
    await other.refresh();
    return /jobs_total\{.*/.exec(render(other))?.[0];
  };
  members[0].jobs.inc(mail, 10);
  members[1].jobs.inc(mail, 5);
  assert.equal(await sum(), 'jobs_total{dc="a",queue="mail"} 15');
  members[0].jobs.clear();
  assert.equal(await sum(), 'jobs_total{dc="a",queue="mail"} 15');
  await one.leave();
  assert.equal(await sum(), 'jobs_total{dc="a",queue="mail"} 15');
  await folder.join(members[0].registry);
  assert.equal(await sum(), 'jobs_total{dc="a",queue="mail"} 15');
  members[0].jobs.inc(mail);
  assert.equal(await sum(), 'jobs_total{dc="a",queue="mail"} 16');
  assert.deepEqual(folder.errors, []);
});

test('a counter whose hook fails in one member counts as it was, and that it failed is shown; a gauge is left out', async (t) => {
  const folder = testFolder(t);
  let isFailing = false;
  const hook = (): void => {
    if (isFailing) throw new Error('no answer');
  };
  const [one, other] = [new Member(), new Member()];
  for (const { registry } of [one, other]) {
    const refresh = registry === one.registry ? hook : () => {};
    registry.register(new Counter({ name: 'hooked_total', help: '', refresh })).inc(7);
    registry.register(new Histogram({ name: 'hooked_seconds', help: '', refresh, buckets: [1] })).observe(1);
    registry.register(new Gauge({ name: 'hooked_now', help: '', refresh })).set(7);
  }
  await folder.join(one.registry);
  const group = await folder.join(other.registry);
  const hooked = async (): Promise<string[]> => {
    await group.refresh();
    return render(group).split('\n').filter((line) => /^(hooked_(total|seconds_count|now)|promlet_collector_success)\{/.test(line));
  };
  const success = (value: number): string[] => ['hooked_total', 'hooked_seconds', 'hooked_now'].map((name) => `promlet_collector_success{dc="a",collector="${name}"} ${value}`);
  assert.deepEqual(await hooked(), ['hooked_total{dc="a"} 14', 'hooked_seconds_count{dc="a"} 2', 'hooked_now{dc="a"} 14', ...success(1)]);
  isFailing = true;
  assert.deepEqual((await hooked()).sort(), ['hooked_now{dc="a"} 7', 'hooked_seconds_count{dc="a"} 2', 'hooked_total{dc="a"} 14', ...success(0).sort()]);
});

test('by random cases, a series that anybody shows has all that was ever counted in it, and no sum falls', () => {
  for (let seed = 1; seed <= 20; seed++) {
    let state = seed * 7_919;
    const random = (below: number): number => Math.floor((state = (state * 48_271) % 2_147_483_647) / 2_147_483_647 * below);
    const live = [new Member(), new Member(), new Member()];
    let ended: Part[] = [];
    const counted = new Map<string, number>();
    const left = new Set<string>();
    for (let step = 0; step < 80; step++) {
      const place = random(live.length);
      const member = live[place]!;
      const queue = `q${random(4)}`;
      const act = random(12);
      if (act < 6) {
        member.jobs.inc({ queue }, act + 1);
        counted.set(queue, (counted.get(queue) ?? 0) + act + 1);
      } else if (act < 8) member.jobs.remove({ queue });
      else if (act === 8) member.jobs.clear();
      else if (act === 9) member.nowMs += 30_000;
      else if (act === 10) {
        for (const { labels } of member.jobs.points) left.add(labels['queue']!);
        ended.push(member.part(true));
        live[place] = new Member();
      } else if (ended.length > 1) ended = [{ key: `sum ${step}`, member: '', isEnded: true, ...done(sumOf(ended, assert.fail)) }];
      const lines = shown(...live.map((each) => each.part()), ...ended).sort();
      const queues = new Set([...left, ...live.flatMap(({ jobs }) => jobs.points.map(({ labels }) => labels['queue']!))]);
      assert.deepEqual(lines, [...queues].sort().map((each) => `jobs_total{dc="a",queue="${each}"} ${counted.get(each)}`), `seed ${seed}, step ${step}`);
    }
  }
});
