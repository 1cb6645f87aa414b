// Samples as the text format shows them, one for each line: what tests name, compare and print. Creates no series.

import { fault } from '../core/errors.ts';
import { escapeLabelValue, seriesKey } from '../core/labels.ts';
import { isRegistry } from '../core/members.ts';
import type { Collector, CounterPoint, HistogramPoint, Labels, MetricFamily, Point, Scrape, StateSetPoint, SummaryPoint } from '../core/model.ts';
import { isMetricName } from '../core/names.ts';
import { patientScrape } from '../core/refreshing.ts';
import { nameText, openingText } from '../formats/names.ts';
import { boundText, valueText } from '../formats/syntax.ts';
import { checked } from '../scraping/checked.ts';

/** One line of the text format. */
export interface ShownSample {
  /** With its suffix, such as `_bucket`. */
  readonly name: string;
  /** All of them: constant ones, `le` and `quantile` too. */
  readonly labels: Labels;
  readonly value: number;
  readonly timestampMs?: number | undefined;
}

/** The families as they are now: those of collectors of one's own are checked, as for a scrape. @throws {MetricError} `ERR_OPTION` where it is no collector */
export function familiesNow(subject: string, source: Collector): readonly MetricFamily[] {
  return [...checked(collectorOf(subject, source)).collect()];
}

/** The same, after all hooks have run. Collectors of a registry that fail are left out and warned of. */
export async function familiesRefreshed(subject: string, source: Collector, scrape: Scrape = patientScrape()): Promise<readonly MetricFamily[]> {
  await collectorOf(subject, source).refresh?.(scrape);
  return familiesNow(subject, source);
}

/** @throws {MetricError} `ERR_OPTION` where it is no collector */
export function collectorOf(subject: string, source: Collector): Collector {
  if (typeof (source as Partial<Collector> | undefined)?.collect === 'function') return source;
  throw fault('ERR_OPTION', subject, 'a registry or another collector', source);
}

/** The labels that all series of a registry have. */
export function constantLabelsOf(source: Collector): Labels {
  return isRegistry(source) ? source.labels : {};
}

/** The samples of a family, in the order in which the text format shows them. */
export function* samplesOf(family: MetricFamily): Generator<ShownSample, void, undefined> {
  for (const point of family.points as Iterable<Point>) yield* samplesOfPoint(family, point);
}

function* samplesOfPoint({ name, type, constantLabels }: MetricFamily, point: Point): Generator<ShownSample, void, undefined> {
  const labels = { ...constantLabels, ...point.labels };
  const sample = (suffix: string, value: number, more: Labels = {}): ShownSample => ({ name: name + suffix, labels: { ...labels, ...more }, value, timestampMs: point.timestampMs });
  switch (type) {
    case 'histogram':
    case 'gaugehistogram': {
      const { bounds, counts, sum } = point as HistogramPoint;
      let total = 0;
      for (let i = 0; i <= bounds.length; i++) yield sample('_bucket', (total += counts[i]!), { le: boundText(bounds[i] ?? Infinity) });
      if (sum !== undefined) yield* [sample('_sum', sum), sample('_count', total)];
      return;
    }
    case 'summary': {
      const { quantiles, sum, count } = point as SummaryPoint;
      for (const { quantile, value } of quantiles) yield sample('', value, { quantile: boundText(quantile) });
      if (sum !== undefined) yield sample('_sum', sum);
      if (count !== undefined) yield sample('_count', count);
      return;
    }
    case 'stateset':
      for (const [state, isOn] of Object.entries((point as StateSetPoint).states)) yield sample('', isOn ? 1 : 0, { [name]: state });
      return;
    case 'info':
      return yield sample('', 1);
    default:
      yield sample('', (point as CounterPoint).value);
  }
}

/**
 * What is the same for two samples that are one series: whatever the order of labels, with or without empty ones, and
 * however a bound is spelled: `1`, `1.0` and `1e0` are one.
 */
export function keyOf(name: string, labels: Labels): string {
  const bound = name.endsWith('_bucket') ? 'le' : 'quantile';
  const value = labels[bound];
  return `${JSON.stringify(name)} ${seriesKey(value === undefined ? labels : { ...labels, [bound]: boundSpelled(value) })}`;
}

function boundSpelled(value: string): string {
  const bound = /^\+?Inf(?:inity)?$/i.test(value) ? Infinity : Number(value);
  return value === '' || Number.isNaN(bound) ? value : boundText(bound);
}

/** As it stands in an exposition: `jobs_total{queue="mail"}`. */
export function seriesText(name: string, labels: Labels): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '').map(([label, value]) => `${openingText(label)}${escapeLabelValue(value)}"`);
  if (!isMetricName(name)) return `{${[nameText(name), ...pairs].join(',')}}`;
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
}

export function sampleText({ name, labels, value, timestampMs }: ShownSample): string {
  return `${seriesText(name, labels)} ${valueText(value)}${timestampMs === undefined ? '' : ` ${timestampMs}`}`;
}
