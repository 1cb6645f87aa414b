// Learns from the recent runs of one skill what is usual, and so what is not. Simple on purpose: a real host
// has its own ways to detect an anomaly.

/** How many runs back "recent" goes. */
const MEMORY = 20;
/** How many runs it takes to know what is usual. */
const ENOUGH = 5;
/** A duration of this many times the average, or this fraction of it, is an anomaly. */
const FAR = 3;
/** A change of the completion rate that is an anomaly. */
const SHIFT = 0.5;

export class RecentRuns {
  /** In seconds, of completed runs: one that failed does not show how long the skill takes. */
  #durations: number[] = [];
  /** 1 for a completed run, 0 for one that failed. */
  #outcomes: number[] = [];

  /** The share of the recent runs that were completed; undefined before the first. */
  get completionRate(): number | undefined {
    return this.#outcomes.length === 0 ? undefined : mean(this.#outcomes);
  }

  /** Remembers a run. Returns what kind of anomaly it is, if it is one. */
  add(completed: boolean, durationSeconds: number): 'spike' | 'drop' | 'pattern_shift' | undefined {
    const usual = this.#durations.length < ENOUGH ? undefined : mean(this.#durations);
    this.#outcomes = [...this.#outcomes, Number(completed)].slice(-MEMORY);
    if (completed) this.#durations = [...this.#durations, durationSeconds].slice(-MEMORY);
    if (completed && usual !== undefined && durationSeconds > usual * FAR) return 'spike';
    if (completed && usual !== undefined && durationSeconds < usual / FAR) return 'drop';
    const before = this.#outcomes.slice(0, -ENOUGH);
    const now = this.#outcomes.slice(-ENOUGH);
    if (before.length < ENOUGH || Math.abs(mean(now) - mean(before)) < SHIFT) return undefined;
    // Reported once: from here on this is the pattern.
    this.#outcomes = now;
    return 'pattern_shift';
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
