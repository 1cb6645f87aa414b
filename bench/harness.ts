// How things are timed, whatever they are: warm-up, batches that are long beside the clock, medians. What is
// measured lives in one file per question; who runs them, and in which order, in `asking.ts`.

/** A kind of figure: what it answers, how it is made, and for whom. */
export interface Question {
  readonly name: string;
  /** What the figures answer, in one line. */
  readonly asks: string;
  readonly unit: string;
  /** @default lower */
  readonly better?: Better;
  /** For the engine. @default none */
  readonly nodeFlags?: readonly string[];
  /** Whether its subjects are all promlet's, the first of them the one that the others are compared with. @default false */
  readonly isOwn?: boolean;
  cases(scale: Scale): readonly Case[];
  /** Throws where the subject's work is not the work that is compared. In another process, before timing. */
  check?(name: string, subject: string): void | Promise<void>;
  /** In a fresh process; returns one figure for each batch or repetition. None: the subject has nothing of the kind. */
  measure(name: string, subject: string, scale: Scale): Promise<Samples>;
  /** What a process that is watched from outside serves; see `watching.ts`. */
  serve?(name: string, subject: string): Promise<Served>;
}

export type Better = 'lower' | 'higher';

/** Of one figure, or of several that one measurement makes, by what stands after the case's name in their rows. */
export type Samples = readonly number[] | Readonly<Record<string, readonly number[]>>;

export interface Case {
  readonly name: string;
  /** Clients, floors and peers, promlet first. */
  readonly subjects: readonly string[];
  /** How many processes for each. @default those of the scale */
  readonly rounds?: number;
  /** @default the question's */
  readonly unit?: string;
  /** Where one measurement makes several figures, and some are of another kind: by what stands after the case's name. */
  readonly kinds?: Readonly<Record<string, { readonly unit: string; readonly better: Better }>>;
  /** @default the question's */
  readonly nodeFlags?: readonly string[];
  /** Whether a subject that every engine runs is measured on each, or on the one that runs the benchmark alone. @default false */
  readonly isOnEachEngine?: boolean;
}

/** Something that listens, whose values can be changed between two scrapes. */
export interface Served {
  /** Resolves to the port, on the loopback interface. */
  listen(): Promise<number>;
  change(): void;
}

export interface Scale {
  readonly isQuick: boolean;
  /** Fresh processes for each variant. */
  readonly rounds: number;
  /** How long one process measures, in milliseconds of processor time. */
  readonly budgetMs: number;
  /** How many samples of a long operation are enough, and how many operations warm up for it. @default 5 */
  readonly least?: number;
}

export const FULL: Scale = { isQuick: false, rounds: 3, budgetMs: 250, least: 4 };
/** Less to do, and the same care for it: the warm-up and the batches are those of a full run, and there are fewer batches. */
export const QUICK: Scale = { isQuick: true, rounds: 1, budgetMs: 125, least: 3 };

/** In milliseconds of processor time. The writers need some 100 until the engine's last compiler is done with them. */
const WARM_UP_MS = 125;

export interface Summary {
  readonly median: number;
  /** Median distance from the median, as a share of it. */
  readonly spread: number;
  readonly samples: number;
}

export function summarise(samples: readonly number[]): Summary {
  const center = median(samples);
  return { median: center, spread: median(samples.map((each) => Math.abs(each - center))) / (center || 1), samples: samples.length };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/**
 * Nanoseconds of processor time that this process has taken. Unlike the clock on the wall it does not run on
 * while other programs have the processor; the engine is told to collect garbage on the main thread, so that
 * its price is in here once and in full.
 */
export function processorNs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1_000;
}

// The processor's clock is read in some 0.5 us and ticks in 1 us: a batch is thousands of either.
const BATCH_MS = 20;
const SHORT_BATCH_MS = 5;

/**
 * Nanoseconds that each of many short operations takes: the mean of many batches, since what is collected in one
 * of them was allocated in others.
 *
 * @param run - Does `times` operations.
 */
export function measureMany(run: (times: number) => void, scale: Scale): number[] {
  let times = 64;
  let took = 0;
  const begin = processorNs();
  while (processorNs() - begin < WARM_UP_MS * 1e6 || took < SHORT_BATCH_MS * 1e6) {
    const start = processorNs();
    run(times);
    took = processorNs() - start;
    if (took < SHORT_BATCH_MS * 1e6) times *= 2;
  }
  let total = 0;
  let batches = 0;
  while (total < scale.budgetMs * 1e6) {
    const start = processorNs();
    run(times);
    total += processorNs() - start;
    batches++;
  }
  return [total / (batches * times)];
}

/**
 * Nanoseconds that a longer operation takes, each time after a step that is not counted.
 *
 * @param before - Such as changing all values between two scrapes.
 */
export async function measureEach(before: () => void, operation: () => unknown, scale: Scale): Promise<number[]> {
  const { least = 5 } = scale;
  let spent = 0;
  const once = async (): Promise<number> => {
    const took = await timed(before, operation);
    spent += took;
    return took;
  };
  for (let i = 0; i < least || spent < WARM_UP_MS * 1e6; i++) await once();
  spent = 0;
  const samples: number[] = [];
  while (spent < scale.budgetMs * 1e6 || samples.length < least) {
    let total = 0;
    let times = 0;
    while (total < BATCH_MS * 1e6) {
      total += await once();
      times++;
    }
    samples.push(total / times);
  }
  return samples;
}

/** Nanoseconds that an operation takes once, after a step that is not counted. */
export async function timed(before: () => void, operation: () => unknown): Promise<number> {
  before();
  const start = processorNs();
  const result = operation();
  sink(result instanceof Promise ? await result : result);
  return processorNs() - start;
}

/**
 * Takes a result, so that the engine cannot leave out the work that made it: a property of a global object
 * can be read by anyone at any time.
 */
export function sink(value: unknown): void {
  (globalThis as { benchSink?: unknown }).benchSink = value;
}
