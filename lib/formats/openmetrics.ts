// OpenMetrics 1.0.0. Stricter than the text format: what families may hold, `lawful.ts` knows.

import { fault, show } from '../core/errors.ts';
import { toWellFormed } from '../core/labels.ts';
import type { CounterPoint, Exemplar, HistogramPoint, MetricType, SummaryPoint } from '../core/model.ts';
import { familyName } from '../core/names.ts';
import { TYPES } from '../core/types.ts';
import type { Dialect, Head, Part, Tail } from './dialect.ts';
import { ESCAPINGS, inVariants, spellingOf } from './escaping.ts';
import type { Escaping, Format } from './format.ts';
import { labelNames } from './label-names.ts';
import { pairs } from './label-texts.ts';
import { isLawful, lawful, lawfulSum, lawfulSummary } from './lawful.ts';
import { lineSafe } from './line-safe.ts';
import { nameText } from './names.ts';
import { endsOfBuckets, startOf } from './samples.ts';
import { canonicalBound, quotedText, secondsText, valueText } from './syntax.ts';
import { writer } from './writer.ts';

export interface OpenMetricsOptions {
  /**
   * Whether to show `_created` samples, which say when counting began, to the millisecond. Each is one more series
   * for a Prometheus that does not know them.
   *
   * @default false
   */
  readonly created?: boolean;
  /** How names are spelled that OpenMetrics does not know. @default 'underscores' */
  readonly escaping?: Escaping;
  /** Whether characters that some readers take for the end of a line are replaced; see `lineSafe`. @default false */
  readonly lineSafe?: boolean;
}

/**
 * OpenMetrics 1.0.0 with options of your own.
 *
 * @throws {MetricError} `ERR_OPTION` for an escaping that there is not
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetricsWith(options: OpenMetricsOptions = {}): Format {
  const { created = false, escaping = 'underscores', lineSafe: isLineSafe = false } = options;
  if (!ESCAPINGS.includes(escaping)) throw fault('ERR_OPTION', 'openMetricsWith: escaping', `one of ${show(ESCAPINGS)}`, escaping);
  const format = inVariants(escaping, (variant) => openMetricsFormat(created, variant));
  return isLineSafe ? lineSafe(format) : format;
}

/**
 * OpenMetrics 1.0.0, `application/openmetrics-text; version=1.0.0`.
 *
 * ```text
 * # TYPE http_requests counter
 * # HELP http_requests HTTP requests handled.
 * http_requests_total{method="GET",status="200"} 3 # {trace_id="4bf9"} 1 1700000000.125
 * # EOF
 * ```
 *
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export const openMetrics: Format = /* @__PURE__ */ openMetricsWith();

function openMetricsFormat(created: boolean, escaping: Escaping): Omit<Format, 'withEscaping'> {
  const dialect: Dialect = {
    ...spellingOf(escaping),
    familyName,
    samples: (type) => TYPES[type].samples,
    head: openMetricsHead,
    bound: canonicalBound,
    bucketEnds: endsOfBuckets(canonicalBound),
    time: (timestampMs) => ` ${secondsText(timestampMs)}`,
    strict: {
      isLawful: (family) => isLawful(1, family),
      lawful: (wanted, warn) => lawful(1, wanted, dialect, warn),
    },
    details: {
      sum: lawfulSum,
      summary: lawfulSummary,
      exemplar: (exemplar, bound) => exemplarText(exemplar, dialect, bound),
      ...(created && { created: createdLine }),
    },
  };
  return {
    name: 'openmetrics',
    mediaType: 'application/openmetrics-text',
    version: '1.0.0',
    standsFor: ['0.0.1', '2.0.0'],
    contentType: `application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=${escaping}`,
    write: writer(dialect, '# EOF\n'),
  };
}

/** The lines before a family's samples, in both versions. */
export function openMetricsHead(name: string, type: MetricType, help: string, unit: string | undefined, label: string | undefined): Head {
  const shown = nameText(name);
  const hasUnit = showsUnit(familyName(name, type), type, unit);
  // The label that tells states apart has the family's name, or else they are gauges. OpenMetrics 1.0, "StateSet".
  const typeLine = `# TYPE ${shown} ${type === 'stateset' && label !== name ? 'gauge' : type}`;
  const helpLine = help === '' ? '' : `\n# HELP ${shown} ${quotedText(toWellFormed(help))}`;
  if (hasUnit) return { text: `${typeLine}\n# UNIT ${shown} ${unit}${helpLine}`, hasUnit };
  // Prometheus takes the unit for that of all families after it, until another comes.
  return { text: typeLine + helpLine, afterUnit: `${typeLine}\n# UNIT ${shown} ${helpLine}` };
}

// A unit is the end of the name, before a counter's `_total`, and quoted names let no other characters into it; infos and state sets have
// none. OpenMetrics 1.0, "Unit".
function showsUnit(name: string, type: MetricType, unit = ''): boolean {
  return /^[a-zA-Z0-9_:]+$/.test(unit) && name.endsWith(`_${unit}`) && type !== 'info' && type !== 'stateset';
}

// At most 128 characters, in a bucket only what lies in it, and no name that is none or the metric's. OpenMetrics
// 1.0, "Exemplars" and "Histogram".
function exemplarText({ labels, value, timestampMs }: Exemplar, dialect: Dialect, bound = Infinity): string {
  if (!(value <= bound) || Object.hasOwn(labels, '') || Object.hasOwn(labels, '__name__')) return '';
  const names = labelNames(dialect.labelName, undefined, () => [labels]);
  const length = Object.entries(labels).reduce((sum, [name, text]) => sum + [...names.of(name).shown, ...text].length, 0);
  return length > 128 ? '' : ` # {${pairs(labels, names.of).join()}} ${valueText(value)}${timestampMs === undefined ? '' : dialect.time(timestampMs)}`;
}

// After the point's other samples, where Prometheus looks for it.
function createdLine({ createdMs }: CounterPoint | HistogramPoint | SummaryPoint, { type, heads }: Part, tail: Tail, time: string): string {
  return createdMs === undefined || type === 'gaugehistogram' ? '' : startOf(heads.at(-1)!, tail) + secondsText(createdMs) + time;
}
