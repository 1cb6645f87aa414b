// Groups of real processes, workers of a cluster, and threads: one answer whoever is asked, and sums that survive every
// way to end. The same cases for all ways to start members.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { TestContext } from 'node:test';

import type { Started, Way } from './cluster-ways.ts';

interface Team {
  readonly folder: string;
  start(): Promise<Started>;
}

/** The cases, for members that are started in one of the ways. @param start - Starts one that joins a group in the folder. */
export function testGroups(way: Way | 'pm2', start: (folder: string) => Promise<Started>): void {
  const team = (t: TestContext): Team => {
    const folder = mkdtempSync(join(tmpdir(), 'promlet-team-'));
    const all: Promise<Started>[] = [];
    t.after(async () => {
      for (const each of await Promise.allSettled(all)) if (each.status === 'fulfilled') each.value.kill();
      await Promise.all((await Promise.allSettled(all)).map(async (each) => each.status === 'fulfilled' && each.value.ended));
      rmSync(folder, { recursive: true, force: true });
    });
    return {
      folder,
      start() {
        const member = start(folder);
        all.push(member);
        return member;
      },
    };
  };

  // Together, since most of the time is that of starting.
  describe(way, { concurrency: 4 }, () => {
    test('any member answers for all, with the same', async (t) => {
      const { start: startOne } = team(t);
      const members = await Promise.all([startOne(), startOne(), startOne()]);
      assert.deepEqual(members.map(({ member }) => member).sort(), ['1', '2', '3']);
      for (const [i, each] of members.entries()) await each.call('inc', i + 1);
      for (const each of members) {
        const shown = (await each.call('show')) as string;
        assert.deepEqual(numbers(shown), { jobs: 6, busy: 6, bucket: 0, taken: 6, sum: 12, sizes: 6 });
        assert.match(shown, /^promlet_group_members 3$/m);
        for (const { member } of members) assert.match(shown, new RegExp(`^promlet_group_member_up\\{member="${member}"\\} 1$`, 'm'));
      }
    });

    for (const end of ['leave', 'exit', 'throw', 'idle', 'SIGTERM', 'SIGINT', 'kill'] as const) {
      if (end.startsWith('SIG') && way === 'worker_threads') continue;
      test(`counts survive ${end}, and gauges do not`, async (t) => {
        const { folder, start: startOne } = team(t);
        const [one, other] = await Promise.all([startOne(), startOne()]);
        await one.call('inc', 5);
        await other.call('inc', 7);
        // What is counted afterwards is lost with SIGKILL alone.
        await one.call('show');
        if (end !== 'kill') await other.call('inc', 10);
        if (end === 'kill') other.kill();
        else if (end.startsWith('SIG')) other.signal(end as NodeJS.Signals);
        else await other.call(end as 'exit').catch(() => undefined);
        if (end === 'leave') void other.call('exit').catch(() => undefined);
        await other.ended;
        const jobs = end === 'kill' ? 12 : 22;
        // By the one that is left, by one that comes after, and again once the words have been added to the sum.
        const third = await startOne();
        for (const each of [one, third, one, third]) {
          const shown = (await each.call('show')) as string;
          assert.deepEqual(numbers(shown), { jobs, busy: 5, bucket: 0, taken: jobs, sum: 2 * jobs, sizes: jobs });
          assert.match(shown, /^promlet_group_members 2$/m);
        }
        assert.equal(third.member, other.member);
        assert.deepEqual([await one.call('errors'), await third.call('errors')], [[], []]);
        for (const each of [one, third]) {
          await each.call('leave');
          each.kill();
          await each.ended;
        }
        assert.deepEqual(readdirSync(folder), []);
      });
    }

    test('a group that all have left begins at 0, also where the last ones were killed', async (t) => {
      const { start: startOne } = team(t);
      for (const end of ['kill', 'exit'] as const) {
        const members = await Promise.all([startOne(), startOne()]);
        for (const each of members) await each.call('inc', 3);
        assert.equal(numbers(await members[0]!.call('show'))['jobs'], 6);
        for (const each of members) {
          if (end === 'kill') each.kill();
          else await each.call('exit').catch(() => undefined);
        }
        await Promise.all(members.map(({ ended }) => ended));
      }
      const next = await startOne();
      assert.deepEqual([next.member, numbers(await next.call('show'))['jobs']], ['1', 0]);
    });

    test('no sum falls and no count is lost while members are replaced all the time', async (t) => {
      const { start: startOne } = team(t);
      const members = await Promise.all([startOne(), startOne(), startOne()]);
      const ends = ['exit', 'throw', 'leave', 'idle', 'kill'] as const;
      let total = 0;
      let before = 0;
      for (const [i, end] of [...ends, ...ends].entries()) {
        for (const each of members) await each.call('inc', i + 1);
        total += members.length * (i + 1);
        // While one ends, another is asked.
        const [ending] = members.splice(i % members.length, 1) as [Started];
        if (end === 'kill') assert.equal(numbers(await members[0]!.call('show'))['jobs'], total);
        if (end === 'kill') ending.kill();
        else void ending.call(end).catch(() => undefined);
        if (end === 'leave') void ending.call('exit').catch(() => undefined);
        const [shown] = await Promise.all([members[0]!.call('show'), startOne().then((each) => members.push(each)), ending.ended]);
        const { jobs } = numbers(shown as string) as { jobs: number };
        assert.ok(jobs >= before, `${end}: ${jobs} after ${before}`);
        before = jobs;
        for (const each of members) assert.equal(numbers(await each.call('show'))['jobs'], total, `after ${end}, asked ${each.member}`);
      }
    });

    test('a member that hangs costs itself alone, with what it told last', async (t) => {
      const { start: startOne } = team(t);
      const [one, other] = await Promise.all([startOne(), startOne()]);
      await other.call('inc', 7);
      await one.call('inc', 1);
      await one.call('show');
      if (way === 'worker_threads') await other.call('block', 6_000);
      else other.signal('SIGSTOP');
      const shown = (await one.call('show', 3_000)) as string;
      assert.deepEqual([numbers(shown)['jobs'], numbers(shown)['busy']], [8, 8]);
      assert.match(shown, new RegExp(`^promlet_group_member_up\\{member="${other.member}"\\} 0$`, 'm'));
      assert.match(shown, /^promlet_group_members 2$/m);
      // One that joins meanwhile does not take it for dead.
      const third = await startOne();
      assert.equal(third.member, '3');
      if (way !== 'worker_threads') other.signal('SIGCONT');
      await other.call('inc', 1);
      const again = (await third.call('show')) as string;
      assert.equal(numbers(again)['jobs'], 9);
      assert.match(again, new RegExp(`^promlet_group_member_up\\{member="${other.member}"\\} 1$`, 'm'));
    });

    test('all serve one port, and another takes over when one ends', async (t) => {
      const { start: startOne } = team(t);
      const members = await Promise.all([startOne(), startOne(), startOne()]);
      for (const each of members) await each.call('inc', 2);
      const { port } = (await members[0]!.call('serve', 0)) as { port: number };
      for (const each of members.slice(1)) assert.deepEqual(await each.call('serve', port), { port, url: `http://127.0.0.1:${port}` });
      const scraped = async (): Promise<string> => {
        for (;;) {
          const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } }).catch(() => undefined);
          if (response?.status === 200) return response.text();
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      };
      let requests = 0;
      for (const end of ['exit', 'kill', undefined] as const) {
        const text = await scraped();
        assert.equal(numbers(text)['jobs'], 6, `before ${end}`);
        // Also what handlers count is of the whole group.
        const counted = Number(/^promlet_handler_requests_total\{code="200"\} (\d+)/m.exec(text)?.[1]);
        assert.ok(counted >= requests, `${counted} after ${requests}`);
        requests = counted;
        const ending = members.shift()!;
        if (end === 'kill') ending.kill();
        else if (end) await ending.call(end).catch(() => undefined);
        if (end) await ending.ended;
        else await ending.call('close');
      }
    });
  });
}

function numbers(shown: string): Record<string, number> {
  const valueOf = (name: string): number => Number(new RegExp(`^${name} (.*)$`, 'm').exec(shown)?.[1]);
  return { jobs: valueOf('jobs_total'), busy: valueOf('busy'), bucket: valueOf('taken_bucket\\{le="1"\\}'), taken: valueOf('taken_count'), sum: valueOf('taken_sum'), sizes: valueOf('sizes_count') };
}
