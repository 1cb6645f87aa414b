// A minute of a service whose members end at random, in every way there is, under load: no scrape ever shows less than
// the one before, and nothing is missing but what those had not told who ended without a word.
//
// random-deaths.ts [SECONDS]

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

import { service } from './service.ts';
import type { Kind, Member, Shown } from './service.ts';

const KINDS: readonly Kind[] = ['cluster', 'child_process', 'worker_threads'];
const MEMBERS = 8;
const WAYS = ['leave', 'exit', 'throw', 'SIGTERM', 'SIGKILL', 'SIGKILL'] as const;

const lasts = Number(process.argv[2] ?? 60) * 1_000;
const shop = await service();
const alive = new Set<Member>();
/** What each had counted when the last scrape that has been answered was sent. */
const told = new Map<Member, number>();
/** Of those that have ended: what has to be in the sum, and what may be. */
const ended = { least: 0, most: 0, quietly: 0, abruptly: 0 };
let before: Shown = { jobs: 0, observed: 0, sized: 0, members: 0 };
let scrapes = 0;

try {
  while (alive.size < MEMBERS) await add();
  const end = Date.now() + lasts;
  const scraping = scrapeUntil(end);
  while (Date.now() < end) {
    await sleep(Math.random() * 600);
    await replace(any([...alive]));
  }
  await scraping;
  const [last, ...others] = [...alive] as [Member, ...Member[]];
  for (const member of others) await finish(member, 'leave');
  await last.rest();
  await scrape();
  const total = ended.most + last.counted();
  const least = ended.least + last.counted();
  assert.ok(before.jobs >= least && before.jobs <= total, `${before.jobs} jobs shown, expected ${least} to ${total}`);
  assert.equal(before.members, 1, 'gauges of those that ended are gone');
  console.log(`· ${scrapes} scrapes, none lower than the one before; ${ended.quietly} members left, exited or threw, ${ended.abruptly} were killed`);
  console.log(`· ${before.jobs} jobs shown of ${total} done: ${total - before.jobs} lost, of ${total - least} that had not been told when their members were killed`);
} finally {
  for (const member of alive) await member.kill();
  shop.remove();
}
process.exit(0);

async function add(): Promise<void> {
  alive.add(await shop.start(KINDS[Math.floor(Math.random() * KINDS.length)]!));
}

async function replace(member: Member): Promise<void> {
  const adding = add();
  await finish(member, any(WAYS));
  await adding;
}

async function finish(member: Member, way: (typeof WAYS)[number]): Promise<void> {
  const isAbrupt = way === 'SIGTERM' || way === 'SIGKILL';
  alive.delete(member);
  const least = told.get(member) ?? 0;
  await (isAbrupt ? member.kill(way) : member.end(way));
  const counted = member.counted();
  ended.most += counted;
  ended.least += isAbrupt ? least : counted;
  ended[isAbrupt ? 'abruptly' : 'quietly']++;
}

async function scrapeUntil(end: number): Promise<void> {
  while (Date.now() < end) {
    await scrape();
    await sleep(200);
  }
}

async function scrape(): Promise<void> {
  const counts = [...alive].map((member) => [member, member.counted()] as const);
  const shown = await shop.scrape();
  for (const [member, count] of counts) told.set(member, Math.max(count, told.get(member) ?? 0));
  assert.equal(shown.observed, shown.jobs, 'the histogram counts what the counter counts');
  assert.equal(shown.sized, shown.jobs, 'the summary counts what the counter counts');
  assert.ok(shown.jobs >= before.jobs, `${shown.jobs} jobs after ${before.jobs}`);
  before = shown;
  scrapes++;
}

function any<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)]!;
}
