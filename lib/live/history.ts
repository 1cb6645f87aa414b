// The last minutes of all series, scrape by scrape: rates of what only grows, values of the rest. Knows neither
// where scrapes come from nor how they are shown.

import type { MetricFamily } from '../core/model.ts';
import { Family } from './family.ts';
import type { FamilyHistory, Tally } from './family.ts';
import { recognised } from './recognising.ts';

export type { FamilyHistory } from './family.ts';
export type { SeriesHistory } from './series.ts';

export interface HistoryOptions {
  /** How long a scrape is remembered, in milliseconds. @default 300000 */
  readonly windowMs?: number | undefined;
}

// Activity of half a minute ago counts half.
const HALF_LIFE_MS = 30_000;

/** Remembers what scrapes had. */
export class History {
  private readonly windowMs: number;
  private readonly byName = new Map<string, Family>();
  private readonly atTimes: number[] = [];
  private readonly restartTimes: number[] = [];
  private startTime: number | undefined;
  private hasMissed = false;

  constructor({ windowMs = 300_000 }: HistoryOptions = {}) {
    this.windowMs = windowMs;
  }

  /** When the scrapes were, the oldest first. */
  get times(): readonly number[] {
    return this.atTimes;
  }

  /** Scrapes that a restart of their source was seen at: its counts began anew since the one before. */
  get restarts(): readonly number[] {
    return this.restartTimes;
  }

  /** In the order of scrapes; those that are missing in the last one stay in their places for the window's length. */
  get families(): readonly FamilyHistory[] {
    return [...this.byName.values()];
  }

  family(name: string): FamilyHistory | undefined {
    return this.byName.get(name);
  }

  /** A scrape that failed: what comes next may be of another process. */
  miss(): void {
    this.hasMissed = true;
  }

  /** Takes a scrape. @param atMs - When it was; later than the one before. */
  add(families: Iterable<MetricFamily>, atMs: number): void {
    const before = this.atTimes.at(-1);
    const found = this.read(families, atMs, before);
    const isRestart = before !== undefined && this.isRestart(found);
    if (isRestart) this.restartTimes.push(atMs);
    this.hasMissed = false;
    this.atTimes.push(atMs);
    const decay = before === undefined ? 0 : 2 ** ((before - atMs) / HALF_LIFE_MS);
    for (const family of this.byName.values()) {
      for (const series of family.series) series.commit(decay, isRestart);
    }
    this.forget(atMs - this.windowMs);
  }

  private read(families: Iterable<MetricFamily>, atMs: number, before: number | undefined): Tally {
    const tally: Tally = { fallen: 0, risen: 0, startTime: undefined };
    const added: [name: string, after: string | undefined][] = [];
    let last: string | undefined;
    for (const each of families) {
      const given = recognised(each);
      let family = this.byName.get(given.name);
      if (family === undefined) added.push([given.name, last]);
      // Of another type, it is another family.
      if (family === undefined || family.type !== given.type) this.byName.set(given.name, (family = new Family(given)));
      family.read(given, atMs, { before, times: this.atTimes }, tally);
      last = given.name;
    }
    this.place(added);
    return tally;
  }

  /** Puts those that are new where the scrape has them. All others keep their places, also while they are missing. */
  private place(added: readonly (readonly [name: string, after: string | undefined])[]): void {
    if (added.length === 0 || this.atTimes.length === 0) return;
    const order = [...this.byName.keys()].slice(0, -added.length);
    for (const [name, after] of added) order.splice(after === undefined ? 0 : order.indexOf(after) + 1, 0, name);
    const families = order.map((name) => [name, this.byName.get(name)!] as const);
    this.byName.clear();
    for (const [name, family] of families) this.byName.set(name, family);
  }

  private isRestart({ fallen, risen, startTime }: Tally): boolean {
    const isOther = startTime !== undefined && this.startTime !== undefined && startTime !== this.startTime;
    if (startTime !== undefined) this.startTime = startTime;
    return isOther || fallen > (this.hasMissed ? 0 : risen);
  }

  private forget(beforeMs: number): void {
    let gone = 0;
    while (this.atTimes[gone]! < beforeMs) gone++;
    while (this.restartTimes[0]! < beforeMs) this.restartTimes.shift();
    if (gone === 0) return;
    this.atTimes.splice(0, gone);
    for (const family of this.byName.values()) {
      family.forget(gone, beforeMs);
      if (family.seenMs < beforeMs) this.byName.delete(family.name);
    }
  }
}
