// OpenMetrics 1.0.0. Stricter than the text format: what its rules forbid is left out or shown as another type.

import { MetricError, show } from '../core/errors.ts';
import type { Exemplar, MetricFamily } from '../core/model.ts';
import { familyName } from '../core/names.ts';
import { chunked } from './chunks.ts';
import { ESCAPINGS, shownNames } from './escaping.ts';
import type { Escaping } from './escaping.ts';
import type { Format } from './format.ts';
import { lawful } from './lawful.ts';
import { remembered } from './remember.ts';
import { labelPairs, nameText, sampleLines } from './samples.ts';
import type { Dialect } from './samples.ts';
import { canonicalBound, quotedText, secondsText, valueText } from './syntax.ts';
import { inVariants } from './variants.ts';

export interface OpenMetricsOptions {
  /**
   * Whether to show `_created` samples, which tell when counting began. Each is one more series for a
   * Prometheus that does not know them.
   *
   * @default false
   */
  readonly created?: boolean;
  /** How names are spelled that OpenMetrics does not know. @default 'underscores' */
  readonly escaping?: Escaping;
}

/**
 * OpenMetrics 1.0.0 with options of your own.
 *
 * @throws {MetricError} `ERR_OPTION` for an escaping that there is not
 * @see https://prometheus.io/docs/specs/om/open_metrics_spec/
 */
export function openMetricsWith(options: OpenMetricsOptions = {}): Format {
  const { created = false, escaping = 'underscores' } = options;
  if (!ESCAPINGS.includes(escaping)) {
    throw new MetricError('ERR_OPTION', `openMetricsWith: escaping: expected one of ${show(ESCAPINGS)}, got ${show(escaping)}`);
  }
  return inVariants(escaping, (variant) => openMetricsFormat(created, variant));
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
    escaping,
    suffixes: { counter: '_total', info: '_info', gaugeSum: '_gsum', gaugeCount: '_gcount' },
    bound: canonicalBound,
    time: (timestampMs) => ` ${secondsText(timestampMs)}`,
    isStrict: true,
    exemplar: (exemplar, bound) => exemplarText(exemplar, escaping, bound),
    ...(created ? { created: secondsText } : {}),
  };
  const write = remembered((family, name) => familyText(family, name, dialect));
  return {
    name: 'openmetrics',
    mediaType: 'application/openmetrics-text',
    version: '1.0.0',
    standsFor: ['0.0.1', '2.0.0'],
    contentType: `application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=${escaping}`,
    write: (given) => {
      const families = [...given].map(lawful);
      const shown = shownNames(families, escaping);
      return chunked(families, (family) => write(family, shown(family)), '# EOF\n');
    },
  };
}

function familyText(family: MetricFamily, fullName: string, dialect: Dialect) {
  const name = familyName(fullName, family.type);
  const shown = nameText(name);
  let head = `# TYPE ${shown} ${family.type}`;
  if (showsUnit(family, name)) head += `\n# UNIT ${shown} ${family.unit}`;
  if (family.help !== '') head += `\n# HELP ${shown} ${quotedText(family.help)}`;
  return { head, lines: sampleLines(family, name, dialect) };
}

// A unit is the end of the name, and quoted names let no other characters into it; infos and state sets have
// none. OpenMetrics 1.0, "Unit".
function showsUnit({ type, unit }: MetricFamily, name: string): boolean {
  return unit !== undefined && /^[a-zA-Z0-9_:]+$/.test(unit) && name.endsWith(`_${unit}`) && type !== 'info' && type !== 'stateset';
}

// At most 128 characters, in a bucket only what lies in it, and no name that is none or the metric's. OpenMetrics
// 1.0, "Exemplars" and "Histogram".
function exemplarText({ labels, value, timestampMs }: Exemplar, escaping: Escaping, bound = Infinity): string {
  const length = [...Object.entries(labels).flat().join('')].length;
  if (length > 128 || !(value <= bound) || Object.hasOwn(labels, '') || Object.hasOwn(labels, '__name__')) return '';
  const time = timestampMs === undefined ? '' : ` ${secondsText(timestampMs)}`;
  return ` # {${labelPairs(labels, escaping)}} ${valueText(value)}${time}`;
}
