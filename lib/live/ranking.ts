// Which series are shown, and in which order: the most active first, calmly, and the rest as one.

import type { SeriesHistory } from './history.ts';

export interface Ranked<Series extends SeriesHistory = SeriesHistory> {
  readonly shown: readonly Series[];
  readonly others: readonly Series[];
}

// What is shown stays, and stays above another, until that is clearly more active.
const CALM = 1.3;

/**
 * The most active series, of those that are as active the greater ones, and the others.
 *
 * @param before - What was shown last, in that order.
 */
export function ranked<Series extends SeriesHistory>(series: readonly Series[], limit: number, before: readonly Series[] = []): Ranked<Series> {
  const kept = new Set(before);
  const isMoreActive = (a: Series, b: Series): boolean => {
    const [byA, byB] = [a.activity * (kept.has(a) ? CALM : 1), b.activity * (kept.has(b) ? CALM : 1)];
    return byA === byB ? size(a) > size(b) : byA > byB;
  };
  // One more than the limit would be "1 other".
  const room = series.length === limit + 1 ? limit + 1 : limit;
  const top: Series[] = [];
  for (const each of series) {
    if (top.length === room && !isMoreActive(each, top[room - 1]!)) continue;
    let at = top.length;
    while (at > 0 && isMoreActive(each, top[at - 1]!)) at--;
    top.splice(at, 0, each);
    if (top.length > room) top.pop();
  }
  const shown = new Set(calmly(top, before));
  return { shown: [...shown], others: series.filter((each) => !shown.has(each)) };
}

/** In the order they had before, but for those that have become clearly more active than the one above. */
function calmly<Series extends SeriesHistory>(top: readonly Series[], before: readonly Series[]): Series[] {
  const order = [...before.filter((each) => top.includes(each)), ...top.filter((each) => !before.includes(each))];
  for (let i = 1; i < order.length; i++) {
    for (let j = i; j > 0 && order[j]!.activity > order[j - 1]!.activity * CALM; j--) [order[j - 1], order[j]] = [order[j]!, order[j - 1]!];
  }
  return order;
}

function size({ current }: SeriesHistory): number {
  return Math.abs(current) || 0;
}

/** The values of several series at one time added up; `NaN` where none has one. */
export function total(series: readonly SeriesHistory[], index: number): number {
  let sum = NaN;
  for (const { values } of series) {
    const value = values[index]!;
    if (value === value) sum = sum === sum ? sum + value : value;
  }
  return sum;
}

/** The mean of several series at one time. */
export function mean(series: readonly SeriesHistory[], index: number): number {
  return total(series, index) / series.filter(({ values }) => values[index] === values[index]).length;
}

/**
 * Rates over a longer time than from one scrape to the next: at each scrape, the mean of those in the time before it,
 * weighted by how long each holds. `NaN` where the rate at that scrape is.
 */
export function smoothed(rates: readonly number[], times: readonly number[], spanMs: number): number[] {
  return rates.map((rate, i) => {
    if (rate !== rate) return NaN;
    let [total, weight] = [0, 0];
    for (let j = i; j > 0 && (j === i || times[j - 1]! >= times[i]! - spanMs); j--) {
      const [passed, value] = [times[j]! - times[j - 1]!, rates[j]!];
      if (value !== value) continue;
      total += value * passed;
      weight += passed;
    }
    return weight > 0 ? total / weight : rate;
  });
}
