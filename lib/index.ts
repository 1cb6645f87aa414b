// The library's root: instruments, the registry, and the writers. Runs in any JavaScript engine.

export { Counter } from './metrics/counter.ts';
export type { CounterOptions, CounterSeries } from './metrics/counter.ts';
export { Gauge } from './metrics/gauge.ts';
export type { GaugeOptions, GaugeSeries } from './metrics/gauge.ts';
export { Histogram } from './metrics/histogram.ts';
export type { HistogramOptions, HistogramSeries, HistogramValue } from './metrics/histogram.ts';
export { Summary } from './metrics/summary.ts';
export type { SummaryOptions, SummarySeries, SummaryValue } from './metrics/summary.ts';
export { Info } from './metrics/info.ts';
export type { InfoOptions, InfoSeries } from './metrics/info.ts';
export { StateSet } from './metrics/stateset.ts';
export type { StateSetOptions, StateSetSeries } from './metrics/stateset.ts';
export { defaultBuckets, exponentialBuckets, linearBuckets } from './metrics/buckets.ts';
export type { CurrentExemplar, ExemplarLabels, ExemplarOptions, GivenExemplar } from './metrics/exemplars.ts';
export type { NativeOptions } from './metrics/native-buckets.ts';
export type { InstrumentOptions } from './metrics/options.ts';
export type { LabelRules, LabelValues, PositionalValues, RuledLabels, WithLabels } from './metrics/signatures.ts';

export { Registry } from './core/registry.ts';
export type { RegistryOptions } from './core/registry.ts';
export { MetricError } from './core/errors.ts';
export type { MetricErrorCode } from './core/errors.ts';
export type { Instrument, WarningListener } from './core/instrument.ts';
export type { Clock } from './core/clock.ts';
export type { LabelValue } from './core/labels.ts';
export type {
  Collector,
  CounterFamily,
  CounterPoint,
  Exemplar,
  FamilyHead,
  GaugeFamily,
  GaugeHistogramFamily,
  GaugePoint,
  HistogramFamily,
  HistogramPoint,
  InfoFamily,
  InfoPoint,
  Labels,
  MergeRule,
  MetricFamily,
  MetricType,
  NativeBuckets,
  NativeHistogram,
  Point,
  Quantile,
  QuantileSketch,
  Scrape,
  ScrapeSignal,
  StateSetFamily,
  StateSetPoint,
  SummaryFamily,
  SummaryPoint,
  UnknownFamily,
} from './core/model.ts';

export { render } from './formats/render.ts';
export type { RenderOptions } from './formats/render.ts';
export type { Escaping, Format, WriteWarning } from './formats/format.ts';
export { negotiate } from './formats/negotiate.ts';
export { text } from './formats/text.ts';
export { text1 } from './formats/text1.ts';
export { openMetrics, openMetricsWith } from './formats/openmetrics.ts';
export type { OpenMetricsOptions } from './formats/openmetrics.ts';
export { lineSafe } from './formats/line-safe.ts';
