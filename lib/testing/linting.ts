// What is valid and still not how metrics should be named and described, of a registry.

import { fault } from '../core/errors.ts';
import type { Collector, MetricFamily, Point } from '../core/model.ts';
import { reservedLabel } from '../core/names.ts';
import { checkOptions } from '../core/options.ts';
import { TYPES } from '../core/types.ts';
import { failure } from './failing.ts';
import { complaintsOf, sortComplaints } from './rules.ts';
import type { Complaint } from './rules.ts';
import { familiesRefreshed } from './samples.ts';

export interface GoodPracticeOptions {
  /**
   * What is meant as it is: names of metrics, whole complaints (`jobs_count no help text`), or patterns for these.
   *
   * @default none
   */
  readonly except?: readonly (string | RegExp)[] | undefined;
}

/**
 * Refreshes the registry, and resolves to what `promtool check metrics` would complain of, in its words and order.
 * Metrics without series, which promtool does not see, are looked at too.
 *
 * ```ts
 * await lint(registry); // [{ metric: 'jobs', text: 'counter metrics should have "_total" suffix' }]
 * ```
 */
export async function lint(registry: Collector): Promise<Complaint[]> {
  const families = await familiesRefreshed('lint', registry);
  const complaints = sortComplaints(complaintsOf(families.map(asText)));
  // Two families of one name, as of two registries within another, are one metric.
  return complaints.filter(({ metric, text }, i) => metric !== complaints[i - 1]?.metric || text !== complaints[i - 1]?.text);
}

/**
 * Refreshes the registry, and rejects where {@link lint} has anything to complain of.
 *
 * @throws an `AssertionError` with all complaints
 * @throws {MetricError} `ERR_OPTION`
 */
export async function assertGoodPractice(registry: Collector, options: GoodPracticeOptions = {}): Promise<void> {
  checkOptions('assertGoodPractice', options, ['except']);
  const { except = [] } = options;
  if (!(Array.isArray(except) && except.every((each) => typeof each === 'string' || isPattern(each)))) throw fault('ERR_OPTION', 'assertGoodPractice: except', 'a list of names, complaints or patterns', except);
  const complaints = (await lint(registry)).filter(({ metric, text }) => !except.some((each) => (isPattern(each) ? `${metric} ${text}`.search(each) >= 0 : each === metric || each === `${metric} ${text}`)));
  if (complaints.length === 0) return;
  const title = `${complaints.length === 1 ? '1 complaint' : `${complaints.length} complaints`} in the words of promtool check metrics; what is meant so can be named in \`except\``;
  throw failure(`${title}:\n\n${complaints.map(({ metric, text }) => `  ${metric} ${text}`).join('\n')}\n`, assertGoodPractice);
}

// Test runners have a RegExp of their own, of which others are no instance.
function isPattern(given: unknown): given is RegExp {
  return Object.prototype.toString.call(given) === '[object RegExp]';
}

/** As promtool sees the family: the text format has fewer types. */
function asText(family: MetricFamily): MetricFamily {
  const type = TYPES[family.type].text;
  const state = family.type === 'stateset' ? reservedLabel(family.type, family.name)! : undefined;
  const points = state === undefined ? family.points : Array.from<Point, Point>(family.points, ({ labels }) => ({ labels: { ...labels, [state]: '' } }));
  return { ...family, type: type === 'untyped' ? 'unknown' : type, points } as MetricFamily;
}
