// The waist of the library: what instruments, parsers and collectors of your own offer, and what writers read, so
// that neither side knows the other. Types only, all read-only. Nothing here knows how a value is recorded or,
// but for the `lineStart` that live points keep, how it is written.

/** Label names and values of one series. Values are strings; the order of the names is the order shown. */
export type Labels = Readonly<Record<string, string>>;

/** A recorded example, such as a trace id, that stands beside a counter's value or in a histogram's bucket. */
export interface Exemplar {
  readonly labels: Labels;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timestampMs?: number | undefined;
}

/** What every point has. Two points of one family with the same labels differ in `timestampMs`. */
export interface Point {
  readonly labels: Labels;
  /**
   * How the point's line in the text formats begins; see `labels.ts`. The points of branded families keep it, so that
   * no scrape escapes a label twice. In other families writers ignore it, and render `labels`.
   */
  readonly lineStart?: string | undefined;
  /** Milliseconds since the epoch. For values that come from elsewhere; instruments never set it. */
  readonly timestampMs?: number | undefined;
  /** When it was last set, in milliseconds since the epoch, for `merge: 'latest'`. Of gauges that are merged so, infos and state sets. */
  readonly setMs?: number | undefined;
}

export interface CounterPoint extends Point {
  readonly value: number;
  readonly exemplar?: Exemplar | undefined;
  /** When counting began, in milliseconds since the epoch. */
  readonly createdMs?: number | undefined;
}

export interface GaugePoint extends Point {
  readonly value: number;
}

/** The buckets of one side of a native histogram, without those that are empty. */
export interface NativeBuckets {
  /**
   * Whole numbers, ascending. Bucket `i` holds what is above `base ** (i - 1)` and at most `base ** i`, where the base
   * is `2 ** 2 ** -schema`; on the negative side, the same without the sign.
   */
  readonly indexes: ArrayLike<number>;
  /** Observations in each bucket alone, not cumulative; in the order of the indexes. */
  readonly counts: ArrayLike<number>;
}

/** The buckets of a native histogram. Prometheus, "Native Histograms". */
export interface NativeHistogram {
  /** -4 to 8: how fine the buckets are. */
  readonly schema: number;
  /** What lies no further than this from 0 is in the zero bucket alone. */
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  readonly positive: NativeBuckets;
  readonly negative: NativeBuckets;
  /** In any order; formats show those that have a time. */
  readonly exemplars?: readonly Exemplar[] | undefined;
}

/**
 * A histogram's state. `_count` and the `+Inf` bucket are the total of `counts`: they cannot disagree.
 */
export interface HistogramPoint extends Point {
  /** Upper bounds, inclusive and ascending, without `+Inf`. */
  readonly bounds: readonly number[];
  /** Observations in each bucket alone, not cumulative; one more than `bounds`, the last above them all. */
  readonly counts: ArrayLike<number>;
  /** Total of the observed values. Absent where the source has none: then `_count` is not shown either. */
  readonly sum?: number | undefined;
  /** By bucket, in the order of `counts`; holes where a bucket has none. */
  readonly exemplars?: ArrayLike<Exemplar | undefined> | undefined;
  /**
   * The same observations in native buckets, for formats that carry them. Beside classic ones, or alone: then `bounds`
   * is empty, and `counts` holds the total.
   */
  readonly native?: NativeHistogram | undefined;
  readonly createdMs?: number | undefined;
}

export interface Quantile {
  /** 0 to 1. */
  readonly quantile: number;
  readonly value: number;
}

/**
 * Values of which quantiles are worked out, also of several points together: as they are where there are few, else in
 * buckets as a native histogram has them, of which the highest and the lowest value are known.
 */
export interface QuantileSketch extends Pick<NativeHistogram, 'schema' | 'zeroCount' | 'positive' | 'negative'> {
  /** Not those that are in buckets. */
  readonly values: readonly number[];
  /** Of the values in buckets; `Infinity` and `-Infinity` where there are none. */
  readonly least: number;
  readonly greatest: number;
}

export interface SummaryPoint extends Point {
  /** In ascending order, each once; may be empty. */
  readonly quantiles: readonly Quantile[];
  readonly sum?: number | undefined;
  readonly count?: number | undefined;
  /** What the quantiles were worked out of. Not shown: it is merged with those of other processes. */
  readonly sketch?: QuantileSketch | undefined;
  readonly createdMs?: number | undefined;
}

/** Facts stated by the labels alone; its value is always 1. */
export interface InfoPoint extends Point {}

/** The states one thing can be in, each on or off. */
export interface StateSetPoint extends Point {
  readonly states: Readonly<Record<string, boolean>>;
}

/**
 * How the values that the members of a group have of one series become one: their sum, the lowest, the highest, their
 * mean, the one that was set last, or each by itself, with a label `member`.
 */
export type MergeRule = 'sum' | 'min' | 'max' | 'mean' | 'latest' | 'each';

/** What every family has. */
export interface FamilyHead {
  /**
   * The name as it stands in the text format's `# TYPE` line: a counter's ends in `_total`, an info's in
   * `_info`, and a histogram's has no suffix. Writers of OpenMetrics take the suffix off.
   */
  readonly name: string;
  /** Empty: no help. */
  readonly help: string;
  /** Such as `seconds`; part of the name already. */
  readonly unit?: string | undefined;
  /** Labels that all points have beside their own, shown first. */
  readonly constantLabels?: Labels | undefined;
  /**
   * How its series are merged with those of other members of a group. Of counters, gauges and what is of unknown type
   * any rule, of infos and state sets `each` or `latest`; all other types add up. No format shows it.
   *
   * @default 'latest' for infos and state sets, else 'sum'
   */
  readonly merge?: MergeRule | undefined;
}

export interface CounterFamily extends FamilyHead {
  readonly type: 'counter';
  readonly points: Iterable<CounterPoint>;
}
export interface GaugeFamily extends FamilyHead {
  readonly type: 'gauge';
  readonly points: Iterable<GaugePoint>;
}
/** A value of no known type: `untyped` in the text format. */
export interface UnknownFamily extends FamilyHead {
  readonly type: 'unknown';
  readonly points: Iterable<GaugePoint>;
}
export interface HistogramFamily extends FamilyHead {
  readonly type: 'histogram';
  readonly points: Iterable<HistogramPoint>;
}
/** A histogram of current values, such as the sizes of the items now in a queue. Its counts may fall. */
export interface GaugeHistogramFamily extends FamilyHead {
  readonly type: 'gaugehistogram';
  readonly points: Iterable<HistogramPoint>;
}
export interface SummaryFamily extends FamilyHead {
  readonly type: 'summary';
  readonly points: Iterable<SummaryPoint>;
}
export interface InfoFamily extends FamilyHead {
  readonly type: 'info';
  readonly points: Iterable<InfoPoint>;
}
export interface StateSetFamily extends FamilyHead {
  readonly type: 'stateset';
  readonly points: Iterable<StateSetPoint>;
}

/**
 * All series of one name, with its help and type.
 *
 * `points` can be walked more than once and is read while it is walked: for a live instrument it is the
 * instrument's own series, not a copy.
 */
export type MetricFamily =
  | CounterFamily
  | GaugeFamily
  | UnknownFamily
  | HistogramFamily
  | GaugeHistogramFamily
  | SummaryFamily
  | InfoFamily
  | StateSetFamily;

export type MetricType = MetricFamily['type'];

/** The host's `AbortSignal`, where it has one: the core is compiled without the DOM's and Node's types. */
export type ScrapeSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : { readonly aborted: boolean };

/** One scrape, as collectors see it. */
export interface Scrape {
  /** Aborted at the scrape's deadline, or when the scraper goes away. Where scrapes share a refresh, the last one counts. */
  readonly signal: ScrapeSignal;
  /** How long collectors may still take, in milliseconds, at the moment it is read. @default unknown */
  readonly timeLeftMs?: number | undefined;
  /** Parameters, where the caller of `refresh(scrape)` passes some; the handlers pass none. */
  readonly params?: Readonly<Record<string, readonly string[]>> | undefined;
}

/** Something that offers families: an instrument, a registry, or a class of your own. */
export interface Collector {
  /** What it is called in messages, and in metrics about it. @default the name of its class */
  readonly name?: string | undefined;
  /** The names of all its families: a scrape that asks for others by `name[]` then leaves it alone. @default unknown */
  readonly names?: readonly string[] | undefined;
  /** The families as they are now. Synchronous, so that one pass over several collectors is one instant. */
  collect(): Iterable<MetricFamily>;
  /** Called before a scrape, to bring values up to date. */
  refresh?(scrape: Scrape): void | Promise<void>;
}
