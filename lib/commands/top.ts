// `promlet top`: what an exporter's metrics do, from scrape to scrape, on the screen or as lines.

import { setTimeout as after } from 'node:timers/promises';

import { History } from '../live/history.ts';
import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Command, Given, Io, Options, Screen } from './command.ts';
import { misused } from './given.ts';
import { INPUT_FORMATS } from './input-formats.ts';
import { beforeAbort, numberOf } from './limits.ts';
import { hasScheme, inputOptions, looksLikeHostAndPort, readExposition, withPath } from './reading.ts';
import { withoutPassword, withoutSecrets } from './secrets.ts';
import { painter, printable } from './terminal.ts';
import { Display } from './top-display.ts';
import type { DisplayOptions } from './top-display.ts';
import { quantileText } from './top-layout.ts';
import { Rows } from './top-rows.ts';

const DEFAULT_SECONDS = 2;
const LONGEST_SECONDS = 86_400;
/** How many lines a scrape is where there is no screen to fill. */
const DEFAULT_LINES = 20;
/** More scrapes than a line of bars shows. */
const SCRAPES_KEPT = 40;

/** Native histograms have their buckets in protobuf alone, of the formats that are not experimental. */
const ACCEPT = `${INPUT_FORMATS.protobuf.accept},${INPUT_FORMATS.openmetrics.accept};q=0.8,${INPUT_FORMATS.text.accept};q=0.5,*/*;q=0.1`;

const topOptions: Options = {
  interval: { short: 'i', value: 'N', help: `Seconds from scrape to scrape. Default: ${DEFAULT_SECONDS}` },
  lines: { short: 'l', value: 'N', help: `Series to show. Default: what fits, or ${DEFAULT_LINES}` },
  count: { short: 'n', value: 'N', help: 'End after as many scrapes beyond the first' },
};

export const top: Command = {
  summary: "Watch an exporter's metrics in the terminal.",
  description: `Scrapes a URL again and again, and shows what its series do, the most active
first: rates of counters and of observations, values of gauges, quantiles of
histograms (of the last minute) and summaries, and the last scrapes as bars.
"/" filters by words that are in name and labels, Esc shows all again, "q" ends
it. A URL without a path is asked for /metrics. Where stdout is no terminal, it
prints a line for each series and scrape: time, metric, value, quantiles.
Where the first scrape fails, it exits with 1; later ones may fail, which it
says, until they work again.`,
  operand: '<url>',
  options: { ...topOptions, ...inputOptions },
  async run(given, { now = () => performance.timeOrigin + performance.now(), ...others }) {
    const target = targetOf(given);
    const isWhole = (value: number): boolean => Number.isSafeInteger(value);
    const seconds = numberOf(given, 'interval', DEFAULT_SECONDS, `a number above 0 and up to ${LONGEST_SECONDS}`, (value) => value <= LONGEST_SECONDS);
    const lines = numberOf(given, 'lines', Infinity, 'a whole number above 0', isWhole);
    const count = numberOf(given, 'count', Infinity, 'a whole number above 0', isWhole);
    const quit = new AbortController();
    const stop = AbortSignal.any([others.stopSignal(), quit.signal]);
    const io = { ...others, now };
    const history = new History({ windowMs: Math.max(300_000, SCRAPES_KEPT * seconds * 1000) });
    const shownIn = (name: string): Shown => (io.screen === undefined ? new Lines(io, history, name, lines) : displayIn(io.screen, io, { history, name, lines, intervalSeconds: seconds, onQuit: () => quit.abort() }));
    await watch({ ...given, operand: target }, io, { history, intervalMs: seconds * 1000, count, stop, shownIn });
    return 0;
  },
};

/** Where it is shown. */
interface Shown {
  /** After each scrape. @param failure - Why it failed. */
  show(failure: string | undefined): void;
  close(): void;
}

interface Watching {
  readonly history: History;
  readonly intervalMs: number;
  readonly count: number;
  readonly stop: AbortSignal;
  /** @param name - Of the target. */
  readonly shownIn: (name: string) => Shown;
}

/** Scrapes until it is stopped, or the first scrape fails: then nothing was shown, and the error says why. */
async function watch(given: Given & { readonly operand: string }, io: Io & { now(): number }, { history, intervalMs, count, stop, shownIn }: Watching): Promise<void> {
  const { now, pause = pauseOf, conceal = String } = io;
  let shown: Shown | undefined;
  try {
    for (let scrapes = 0; ; scrapes++) {
      const begin = now();
      let failure: string | undefined;
      try {
        const { families } = await beforeAbort(readExposition(given, io, ACCEPT), stop);
        history.add(families, begin);
      } catch (error) {
        if (stop.aborted) return;
        if (!(error instanceof CommandError) || shown === undefined) throw error;
        history.miss();
        failure = conceal(error.message);
      }
      if (stop.aborted) return;
      shown ??= shownIn(withoutSecrets(new URL(given.operand)));
      shown.show(failure);
      if (scrapes === count) return;
      // What took longer leaves out a turn.
      await pause(intervalMs - ((now() - begin) % intervalMs), stop);
      if (stop.aborted) return;
    }
  } finally {
    shown?.close();
  }
}

async function pauseOf(ms: number, signal: AbortSignal): Promise<void> {
  // It rejects when the signal is aborted.
  await after(ms, undefined, { signal }).catch(() => undefined);
}

function displayIn(screen: Screen, io: Io & { now(): number }, { intervalSeconds, ...options }: Pick<DisplayOptions, 'history' | 'name' | 'lines' | 'onQuit'> & { readonly intervalSeconds: number }): Shown {
  const look = { paint: painter({ isTTY: true, write: () => undefined }, io), isUnicode: isUnicode(io), intervalSeconds };
  return new Display({ ...options, screen, look, rows: new Rows(options.history), now: io.now });
}

/** Prints what a scrape has, a line for each series. Failures go to stderr, once each. */
class Lines implements Shown {
  private readonly io: Io & { now(): number };
  private readonly history: History;
  private readonly rows: Rows;
  private readonly name: string;
  private readonly limit: number;
  private failure: string | undefined;

  constructor(io: Io & { now(): number }, history: History, name: string, lines: number) {
    this.io = io;
    this.history = history;
    this.rows = new Rows(history);
    this.name = name;
    this.limit = lines === Infinity ? DEFAULT_LINES : lines;
  }

  show(failure: string | undefined): void {
    const { stdout, stderr, now } = this.io;
    if (failure !== this.failure) stderr.write(`promlet: ${printable(failure ?? `${this.name} answers again`)}\n`);
    this.failure = failure;
    // The first scrape has no rates yet.
    if (failure !== undefined || this.history.times.length < 2) return;
    const at = new Date(now()).toISOString();
    const { rows } = this.rows.take(this.limit, [], now());
    for (const { isThere, name, value, quantiles } of rows) {
      if (isThere) stdout.write(`${[at, name, value, ...quantiles.map(quantileText)].join('\t').trimEnd()}\n`);
    }
  }

  close(): void {}
}

function targetOf({ operand }: Given): string {
  if (operand === undefined) throw misused('the URL is missing', 'promlet top --help');
  if (hasScheme(operand)) return withPath(operand);
  const name = withoutPassword(operand);
  throw new CommandError(`expected a URL, such as http://localhost:9464/metrics, got "${name}"`, { exitCode: USAGE_EXIT_CODE, ...(looksLikeHostAndPort(operand) && { hint: `Did you mean http://${name}?` }) });
}

/** As POSIX has it: the first of these that is set. */
function isUnicode({ env }: Pick<Io, 'env'>): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || (env['OS'] === 'Windows_NT' ? 'UTF-8' : '');
  return /utf-?8/i.test(locale);
}
