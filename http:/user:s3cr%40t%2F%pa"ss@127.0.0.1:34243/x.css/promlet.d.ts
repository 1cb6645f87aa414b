/*!
 * promlet 0.1.0, promlet.d.ts
 * Checksum: sha256 3054956d10ea500e08a475be5f9928b02e8f30383f0546d264cb32d5fd4e2547, of this file with zeros here
 * A copy. Do not edit it: `npx promlet vendor --check` tells, and `npx promlet vendor` would overwrite it.
 *
 * MIT License
 *
 * Copyright (c) 2026 The promlet authors
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */
/** Label names and values of one series. Values are strings; the order of the names is the order shown. */
type Labels = Readonly<Record<string, string>>;
/** A recorded example, such as a trace id, that stands beside a counter's value or in a histogram's bucket. */
interface Exemplar {
    readonly labels: Labels;
    readonly value: number;
    /** Milliseconds since the epoch. */
    readonly timestampMs?: number | undefined;
}
/** What every point has. Two points of one family with the same labels differ in `timestampMs`. */
interface Point {
    readonly labels: Labels;
    /**
     * How the point's line in the text formats begins; see `labels.ts`. The points of instruments keep it, so that
     * no scrape escapes a label twice. Writers render `labels` themselves where it is absent, or its family is not
     * one that the library made.
     */
    readonly lineStart?: string | undefined;
    /** Milliseconds since the epoch. For values that come from elsewhere; instruments never set it. */
    readonly timestampMs?: number | undefined;
}
interface CounterPoint extends Point {
    readonly value: number;
    readonly exemplar?: Exemplar | undefined;
    /** When counting began, in milliseconds since the epoch. */
    readonly createdMs?: number | undefined;
}
interface GaugePoint extends Point {
    readonly value: number;
}
/**
 * A histogram's state. `_count` and the `+Inf` bucket are the total of `counts`: they cannot disagree.
 */
interface HistogramPoint extends Point {
    /** Upper bounds, inclusive and ascending, without `+Inf`. */
    readonly bounds: readonly number[];
    /** Observations in each bucket alone, not cumulative; one more than `bounds`, the last above them all. */
    readonly counts: ArrayLike<number>;
    /** Total of the observed values. Absent where the source has none: then `_count` is not shown either. */
    readonly sum?: number | undefined;
    /** By bucket, in the order of `counts`; holes where a bucket has none. */
    readonly exemplars?: ArrayLike<Exemplar | undefined> | undefined;
    readonly createdMs?: number | undefined;
}
interface Quantile {
    /** 0 to 1. */
    readonly quantile: number;
    readonly value: number;
}
interface SummaryPoint extends Point {
    /** In ascending order, each once; may be empty. */
    readonly quantiles: readonly Quantile[];
    readonly sum?: number | undefined;
    readonly count?: number | undefined;
    readonly createdMs?: number | undefined;
}
/** Facts stated by the labels alone; its value is always 1. */
interface InfoPoint extends Point {
}
/** The states one thing can be in, each on or off. */
interface StateSetPoint extends Point {
    readonly states: Readonly<Record<string, boolean>>;
}
/** What every family has. */
interface FamilyHead {
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
}
interface CounterFamily extends FamilyHead {
    readonly type: 'counter';
    readonly points: Iterable<CounterPoint>;
}
interface GaugeFamily extends FamilyHead {
    readonly type: 'gauge';
    readonly points: Iterable<GaugePoint>;
}
/** A value of no known type: `untyped` in the text format. */
interface UnknownFamily extends FamilyHead {
    readonly type: 'unknown';
    readonly points: Iterable<GaugePoint>;
}
interface HistogramFamily extends FamilyHead {
    readonly type: 'histogram';
    readonly points: Iterable<HistogramPoint>;
}
/** A histogram of current values, such as the sizes of the items now in a queue. Its counts may fall. */
interface GaugeHistogramFamily extends FamilyHead {
    readonly type: 'gaugehistogram';
    readonly points: Iterable<HistogramPoint>;
}
interface SummaryFamily extends FamilyHead {
    readonly type: 'summary';
    readonly points: Iterable<SummaryPoint>;
}
interface InfoFamily extends FamilyHead {
    readonly type: 'info';
    readonly points: Iterable<InfoPoint>;
}
interface StateSetFamily extends FamilyHead {
    readonly type: 'stateset';
    readonly points: Iterable<StateSetPoint>;
}
/**
 * All series of one name, with its help and type.
 *
 * `points` can be walked more than once and is read while it is walked: for a live instrument it is the
 * instrument's own series, not a copy.
 */
type MetricFamily = CounterFamily | GaugeFamily | UnknownFamily | HistogramFamily | GaugeHistogramFamily | SummaryFamily | InfoFamily | StateSetFamily;
type MetricType = MetricFamily['type'];
/** The host's `AbortSignal`, where it has one: the core is compiled without the DOM's and Node's types. */
type ScrapeSignal = typeof globalThis extends {
    AbortSignal: {
        prototype: infer Signal;
    };
} ? Signal : {
    readonly aborted: boolean;
};
/** One scrape, as collectors see it. */
interface Scrape {
    /** Aborted at the scrape's deadline and when the scraper goes away; of several scrapes that meet, the last. */
    readonly signal: ScrapeSignal;
    /** Parameters, where the caller of `refresh(scrape)` passes some; the handlers pass none. */
    readonly params?: Readonly<Record<string, readonly string[]>> | undefined;
}
/** Something that offers families: an instrument, a registry, or a class of your own. */
interface Collector {
    /** What it is called in messages, and in metrics about it. @default the name of its class */
    readonly name?: string | undefined;
    /** The names of all its families: a scrape that asks for others by `name[]` then leaves it alone. @default unknown */
    readonly names?: readonly string[] | undefined;
    /** The families as they are now. Synchronous, so that one pass over several collectors is one instant. */
    collect(): Iterable<MetricFamily>;
    /** Called before a scrape, to bring values up to date. */
    refresh?(scrape: Scrape): void | Promise<void>;
}
/** What may stand for a label's value. It becomes a string once, when the series is created. */
type LabelValue = string | number | boolean;
/** Labels of an exemplar, such as `{ trace_id: '4bf9' }`: 128 characters at most, names and values together. */
type ExemplarLabels = Readonly<Record<string, LabelValue>>;
/** What a write can be given as its exemplar: labels alone, or with a value and a time of their own. */
type GivenExemplar = ExemplarLabels | {
    readonly labels: ExemplarLabels;
    /** @default the value of the write */
    readonly value?: number;
    /** Milliseconds since the epoch. @default now */
    readonly timestampMs?: number;
};
/** Tells the labels of the current trace; `undefined` where there is none, or it is not sampled. */
type CurrentExemplar = () => ExemplarLabels | undefined;
/** What an instrument with exemplars can be given. */
interface ExemplarOptions {
    /**
     * Asked for labels by writes that have no exemplar of their own, such as those of the current trace. A
     * series that took an exemplar asks no more for 5 seconds. @default none
     */
    readonly exemplar?: CurrentExemplar;
}
/** Milliseconds, from any origin. */
type Clock = () => number;
/** Milliseconds since the epoch. */
declare const wallClock: Clock;
/** What went wrong. Switch on this: `instanceof` fails across two copies of the package. */
type MetricErrorCode = 
/** A metric name outside `[a-zA-Z_:][a-zA-Z0-9_:]*`. */
'ERR_METRIC_NAME'
/** A label name that is malformed, reserved, or given twice. */
 | 'ERR_LABEL_NAME'
/** Labels that are missing, or that the metric does not have. */
 | 'ERR_LABELS'
/** A label value that is not a string, number or boolean. */
 | 'ERR_LABEL_VALUE'
/** Bucket bounds that are unsorted, repeated or not numbers. */
 | 'ERR_BUCKETS'
/** Another option that is out of its range. */
 | 'ERR_OPTION'
/** A name that a registered collector has, or whose samples would be taken for that collector's. */
 | 'ERR_DUPLICATE'
/** A write of no data, such as `NaN`: never thrown, given to `onWarning`. */
 | 'ERR_VALUE'
/** More label sets than `maxSeries`: never thrown, given to `onWarning`. */
 | 'ERR_SERIES_LIMIT'
/** An exemplar with a bad label name, or too long: never thrown, given to `onWarning`. */
 | 'ERR_EXEMPLAR'
/** A collector that threw or offered what no format can carry: never thrown, given to `onWarning`. */
 | 'ERR_COLLECTOR';
/** Thrown at definition and registration, and for labels that do not fit; never because of a measured value. */
declare class MetricError extends Error {
    readonly code: MetricErrorCode;
    /** With `ERR_DUPLICATE`: the collector that has the name. */
    readonly collector: unknown;
    constructor(code: MetricErrorCode, message: string, details?: {
        readonly collector?: unknown;
        readonly cause?: unknown;
    });
}
/** An error whose message reads `subject: expected X, got Y`. */
declare function fault(code: MetricErrorCode, subject: string, expected: string, given: unknown): MetricError;
/** Called with what was not taken or shown as it was meant; whatever it throws is dropped. */
type WarningListener = (warning: MetricError) => void;
/** A collector of one family, whose series are its own and so never twice the same. */
interface Instrument extends Collector {
    readonly name: string;
    readonly type: MetricType;
    readonly help: string;
    readonly labelNames: readonly string[];
    /** Whether it has a hook that a refresh calls. */
    readonly hasHook: boolean;
    /** Writes that held no data, such as `NaN`, and were ignored. */
    readonly rejectedWrites: number;
    /** Writes that went to the overflow series, since `maxSeries` was reached. */
    readonly overflowedWrites: number;
    /** The one family, which is the instrument itself. */
    collect(): Iterable<MetricFamily>;
    /** Begins as it was constructed: without series, rejected writes and warnings. */
    reset(): void;
    /** Calls the listener with each warning, and at once with those from before. Returns a function that ends it. */
    listen(listener: WarningListener): () => void;
}
/** What `using` needs, where the compiler knows of it: the core is compiled without. */
type Disposing = SymbolConstructor extends {
    readonly dispose: infer Key extends symbol;
} ? {
    readonly [K in Key]: () => void;
} : object;
interface Series<Self> extends Disposing {
}
/**
 * One series of an instrument: its bound child, and a point of the model, so that a scrape copies nothing.
 *
 * A series that is gone, by hand or by time, is not written into nowhere: its writes go to the series that has
 * its labels now, which begins at 0 where there is none.
 */
declare abstract class Series<Self> implements Point {
    readonly lineStart: string;
    private createdSeconds;
    get labels(): Labels;
    /** In the order of the names. */
    get labelValues(): readonly string[];
    /** When the series was created, in milliseconds since the epoch, to the second before it; absent where its value is older. */
    get createdMs(): number | undefined;
    /**
     * Takes this series out of all later scrapes, or the one that has its labels by now. True if there was one. So
     * does the end of a block that holds it by `using`.
     *
     * The overflow series stays, since it was handed out in the place of many others.
     */
    remove(): boolean;
}
/** What a series sees of its instrument. */
interface Family<Series> {
    readonly name: string;
    readonly labelNames: readonly string[];
}
/** An object with a value for each label: no name missing, none too many. */
type LabelValues<Names extends string> = Readonly<Record<Names, LabelValue>>;
/** The arguments of a write: labels first where the metric has some, none where it has none. */
type WithLabels<Names extends string, Rest extends readonly unknown[]> = [Names] extends [never] ? Rest : [labels: LabelValues<Names>, ...rest: Rest];
/**
 * One value for each label, in declared order; after the eighth, any number of values. Built by taking the names
 * out one by one: a union has no order, but every order gives the same tuple.
 */
type PositionalValues<Names extends string> = string extends Names ? LabelValue[] : Values1<Names>;
type Values1<Names extends string> = [Names] extends [never] ? [] : {
    [Each in Names]: [value: LabelValue, ...values: Values2<Exclude<Names, Each>>];
}[Names];
type Values2<Names extends string> = [Names] extends [never] ? [] : {
    [Each in Names]: [value: LabelValue, ...values: Values3<Exclude<Names, Each>>];
}[Names];
type Values3<Names extends string> = [Names] extends [never] ? [] : {
    [Each in Names]: [value: LabelValue, ...values: Values4<Exclude<Names, Each>>];
}[Names];
type Values4<Names extends string> = [Names] extends [never] ? [] : {
    [Each in Names]: [value: LabelValue, ...values: Values5<Exclude<Names, Each>>];
}[Names];
type Values5<Names extends string> = [Names] extends [never] ? [] : {
    [Each in Names]: [value: LabelValue, ...values: Values6<Exclude<Names, Each>>];
}[Names];
type Values6<Names extends string> = [Names] extends [never] ? [] : {
    [Each in Names]: [value: LabelValue, ...values: Values7<Exclude<Names, Each>>];
}[Names];
type Values7<Names extends string> = [Names] extends [never] ? [] : {
    [Each in Names]: [value: LabelValue, ...values: Values8<Exclude<Names, Each>>];
}[Names];
type Values8<Names extends string> = [Names] extends [never] ? [] : {
    [Each in Names]: [value: LabelValue, ...values: Values9<Exclude<Names, Each>>];
}[Names];
type Values9<Names extends string> = [Names] extends [never] ? [] : LabelValue[];
/** What every instrument can be given. `Self` is the instrument. */
interface InstrumentOptions<Names extends string, Self> {
    /** Letters, digits, `_` and `:`, not beginning with a digit. */
    readonly name: string;
    /** Says what is counted or measured, for people. */
    readonly help: string;
    /** In the order in which they are shown. @default none */
    readonly labelNames?: readonly Names[];
    /** The base unit in the plural, such as `seconds`. The name must end in it. @default none */
    readonly unit?: string;
    /**
     * How many series there may be. Past that, writes of new label sets go to one series whose label values
     * are all `_overflow_`: totals stay right, memory stays bounded. So do those with a label value of more
     * than 131 072 characters.
     *
     * @default 10000
     */
    readonly maxSeries?: number;
    /**
     * How long a series stays without a write, in seconds by `clock`. After that it is left out and its memory
     * given back; the next write begins it anew. A call of `labels(...)` counts as a write. Choose some scrape
     * intervals, or what was written last may be gone before anybody saw it.
     *
     * @default for ever
     */
    readonly ttlSeconds?: number;
    /**
     * Called before each scrape, to set values that are read from elsewhere. May be async; the scrape's signal
     * is aborted when nobody waits for it any more.
     */
    readonly collect?: (instrument: Self, scrape: Scrape) => void | Promise<void>;
    /** Milliseconds, for timers and `ttlSeconds`. @default the engine's monotonic clock */
    readonly clock?: Clock;
    /** Milliseconds since the epoch, for all that is a date. @default Date.now */
    readonly wallClock?: Clock;
}
/** The part of an instrument that does not depend on what it measures. */
declare abstract class InstrumentFamily<Names extends string, S extends Series<S>> implements Instrument, Family<S> {
    abstract readonly type: MetricType;
    readonly name: string;
    readonly help: string;
    readonly unit: string | undefined;
    readonly labelNames: readonly Names[];
    readonly maxSeries: number;
    readonly ttlSeconds: number | undefined;
    rejectedWrites: number;
    overflowedWrites: number;
    private readonly currentExemplar;
    private readonly subject;
    private readonly hook;
    private readonly series;
    private readonly lists;
    private readonly warnings;
    /** The series as they are now, in the order in which they were created. */
    get points(): readonly S[];
    collect(): Iterable<MetricFamily>;
    get hasHook(): boolean;
    refresh(scrape: Scrape): void | Promise<void>;
    /**
     * The series with these labels, to keep and write to without a lookup. Created at 0 where there is none,
     * so this is also how a series is shown before its first write.
     *
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
     */
    labels(...labels: WithLabels<Names, []> | PositionalValues<Names>): S;
    /**
     * Takes a series out of all later scrapes. True if it existed. A metric without labels begins again at 0.
     *
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
     */
    remove(labels: LabelValues<Names>): boolean;
    /**
     * Takes out all series that have these label values, whatever their other labels are. Returns how many. A
     * metric without labels begins again at 0.
     *
     * @throws {MetricError} `ERR_LABELS` where a name is not the metric's, `ERR_LABEL_VALUE`
     */
    removeMatching(labels: Partial<LabelValues<Names>>): number;
    /** Takes out all series. A metric without labels begins again at 0. */
    clear(): void;
    reset(): void;
    get definition(): Readonly<Record<string, unknown>>;
    listen(listener: WarningListener): () => void;
    private touched;
    private overflow;
    private fault;
}
interface CounterOptions<Names extends string = never> extends InstrumentOptions<Names, Counter<Names>>, ExemplarOptions {
}
/** One series of a counter: `inc` without a lookup. */
declare class CounterSeries extends Series<CounterSeries> implements CounterPoint {
    value: number;
    /** Declared alone: it takes no memory before there is one. */
    exemplar: Exemplar | undefined;
    /**
     * Adds to the total.
     *
     * @param amount - 0 or more, finite. Anything else is ignored, counted and warned of once: a measured
     * value never throws. @default 1
     * @param exemplar - An example of what is counted, such as `{ trace_id: '4bf9' }`, for the formats that show it.
     */
    inc(amount?: number, exemplar?: GivenExemplar): void;
}
/**
 * Counts what happens: requests, errors, bytes sent. Its name ends in `_total` by convention.
 *
 * Without labels it is shown at 0 from the start; with labels each series is shown once it was touched.
 */
declare class Counter<Names extends string = never> extends InstrumentFamily<Names, CounterSeries> {
    readonly type: 'counter';
    /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION` */
    constructor(options: CounterOptions<Names>);
    /**
     * Adds to the total of one series: `inc()`, `inc(3)`, `inc({ method: 'GET' })`, `inc({ method: 'GET' }, 3)`.
     *
     * An amount that is negative or not finite is ignored, counted and warned of once; it makes no series.
     * An exemplar may follow the amount.
     *
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
     */
    inc(...labelsAndAmount: WithLabels<Names, [amount?: number, exemplar?: GivenExemplar]>): void;
    /**
     * Makes these the only series, with these totals: for counts that another system keeps, read from there all
     * at once, as in `collect: async (counter) => counter.replace(await poll())`. No scrape sees it half done.
     * The children of labels that stay go on. When such counting began is not known, and not shown.
     *
     * A total that is negative or not finite is ignored and counted, and a series that it was for stays as it
     * was. Totals of the same labels are added up, as those past `maxSeries` are in the overflow series.
     *
     * @param entries - `[[{ device: 'eth0' }, 81], [{ device: 'lo' }, 7]]`, or any iterable of such pairs
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
     */
    replace(entries: Iterable<readonly [labels: LabelValues<Names>, total: number]>): void;
    /** The total of one series; `undefined` where there is none. */
    get(...labels: WithLabels<Names, []>): number | undefined;
}
interface GaugeOptions<Names extends string = never> extends InstrumentOptions<Names, Gauge<Names>> {
}
/** One series of a gauge: writes without a lookup. */
declare class GaugeSeries extends Series<GaugeSeries> implements GaugePoint {
    value: number;
    /** Sets the value. `NaN` and the infinities are values; what is no number is ignored and counted. */
    set(value: number): void;
    /** Adds to the value. An amount that is not finite is ignored and counted. @param amount - @default 1 */
    inc(amount?: number): void;
    /** Takes from the value. An amount that is not finite is ignored and counted. @param amount - @default 1 */
    dec(amount?: number): void;
    /** Sets the value to the seconds since the epoch. */
    setToCurrentTime(): void;
    /** Starts a timer; the function it returns sets the value to the elapsed seconds, and returns them. */
    startTimer(): () => number;
}
/**
 * Shows a value that goes up and down: a queue's length, a temperature, the time of the last success.
 *
 * Without labels it is shown at 0 from the start; with labels each series is shown once it was touched.
 */
declare class Gauge<Names extends string = never> extends InstrumentFamily<Names, GaugeSeries> {
    readonly type: 'gauge';
    /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION` */
    constructor(options: GaugeOptions<Names>);
    /** Sets one series. `NaN` and the infinities are values. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
    set(...labelsAndValue: WithLabels<Names, [value: number]>): void;
    /** Adds to one series, 1 unless told otherwise. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
    inc(...labelsAndAmount: WithLabels<Names, [amount?: number]>): void;
    /** Takes from one series, 1 unless told otherwise. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
    dec(...labelsAndAmount: WithLabels<Names, [amount?: number]>): void;
    /**
     * Makes these the only series, with these values: for what is read from elsewhere all at once, as in
     * `collect: async (gauge) => gauge.replace(await poll())`. No scrape sees it half done. The children of
     * labels that stay go on.
     *
     * What is no number is ignored and counted, and a series that it was for stays as it was. Of entries with
     * the same labels the last one counts.
     *
     * @param entries - `[[{ queue: 'mail' }, 3], [{ queue: 'print' }, 0]]`, or any iterable of such pairs
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
     */
    replace(entries: Iterable<readonly [labels: LabelValues<Names>, value: number]>): void;
    /** Sets one series to the seconds since the epoch. */
    setToCurrentTime(...labels: WithLabels<Names, []>): void;
    /** Starts a timer; the function it returns sets the series to the elapsed seconds, and returns them. */
    startTimer(...labels: WithLabels<Names, []>): () => number;
    /** The value of one series; `undefined` where there is none. */
    get(...labels: WithLabels<Names, []>): number | undefined;
}
/** A series that values are observed into. */
interface ObservingSeries<S> extends Series<S> {
    observe(value: number): void;
    time<Result>(work: () => Result): Result;
}
/** The part of a histogram or summary that measures time. */
declare abstract class TimedFamily<Names extends string, S extends ObservingSeries<S>> extends InstrumentFamily<Names, S> {
    /**
     * Starts a timer. The function it returns observes the elapsed seconds, and returns them. Labels can be
     * given at the start, at the end, or some here and some there.
     */
    startTimer(labels?: Partial<LabelValues<Names>>): (labels?: Partial<LabelValues<Names>>) => number;
    /**
     * Observes the seconds that `work` takes, also where it throws; for a promise, until it is settled.
     * Returns what `work` returns: `time(() => parse(text))`, `await time({ route: '/' }, () => fetch(url))`.
     */
    time<Result>(...labelsAndWork: WithLabels<Names, [work: () => Result]>): Result;
}
interface HistogramOptions<Names extends string = never> extends InstrumentOptions<Names, Histogram<Names>>, ExemplarOptions {
    /** Upper bounds, inclusive, ascending; a `+Inf` at the end is left out, as every histogram has it. @default defaultBuckets */
    readonly buckets?: readonly number[];
}
/** What `get` returns of a histogram's series: a copy, as a scrape would show it. */
interface HistogramValue {
    readonly count: number;
    readonly sum: number;
    /** Observations of at most `le`; cumulative, ascending, the last `le` is `Infinity`. */
    readonly buckets: readonly {
        readonly le: number;
        readonly count: number;
    }[];
}
/** One series of a histogram: `observe` without a lookup. */
declare class HistogramSeries extends Series<HistogramSeries> implements HistogramPoint {
    readonly bounds: readonly number[];
    /** A plain array: a typed one of this length takes some 200 bytes more. */
    readonly counts: number[];
    sum: number;
    /** Declared alone: they take no memory before there are some. */
    exemplars: (Exemplar | undefined)[] | undefined;
    /**
     * Counts a value into the first bucket whose bound is not below it, and adds it to the sum.
     *
     * Negative values are allowed, though the sum may then fall, and `rate()` of it is no longer right; the
     * infinities too. `NaN` is in no bucket: it is ignored, counted and warned of once.
     *
     * @param exemplar - An example of what is measured, such as `{ trace_id: '4bf9' }`, for the formats that
     * show it: the latest of each bucket.
     */
    observe(value: number, exemplar?: GivenExemplar): void;
    /** Starts a timer; the function it returns observes the elapsed seconds, and returns them. */
    startTimer(): () => number;
    /** Observes the seconds that `work` takes, also where it throws; for a promise, until it is settled. */
    time<Result>(work: () => Result): Result;
    private keepExemplar;
}
/**
 * Counts values into buckets, so that Prometheus can tell quantiles of them, over any time and any number
 * of instances: how long requests take, how large answers are.
 *
 * Without labels it is shown at 0 from the start; with labels each series is shown once it was touched.
 */
declare class Histogram<Names extends string = never> extends TimedFamily<Names, HistogramSeries> {
    readonly type: 'histogram';
    /** Upper bounds, without `+Inf`. */
    readonly buckets: readonly number[];
    /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_BUCKETS`, `ERR_OPTION` */
    constructor(options: HistogramOptions<Names>);
    /**
     * Counts one value: `observe(0.2)`, `observe({ method: 'GET' }, 0.2)`. `NaN` is ignored, counted and
     * warned of once. An exemplar may follow the value.
     *
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
     */
    observe(...labelsAndValue: WithLabels<Names, [value: number, exemplar?: GivenExemplar]>): void;
    /** What one series holds; `undefined` where there is none. */
    get(...labels: WithLabels<Names, []>): HistogramValue | undefined;
}
interface SummaryOptions<Names extends string = never> extends InstrumentOptions<Names, Summary<Names>> {
    /** The quantiles to show, 0 to 1. Empty: sum and count alone. @default 0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999 */
    readonly percentiles?: readonly number[];
    /** How long a value counts for the quantiles, in seconds. Sum and count forget nothing. @default 600 */
    readonly maxAgeSeconds?: number;
    /** In how many steps the window moves on: values are forgotten a step's worth at a time. @default 5 */
    readonly ageBuckets?: number;
}
/** What `get` returns of a summary's series: a copy, as a scrape would show it. */
interface SummaryValue {
    readonly count: number;
    readonly sum: number;
    /** `NaN` where nothing was observed lately. */
    readonly quantiles: readonly Quantile[];
}
/** One series of a summary: `observe` without a lookup. */
declare class SummarySeries extends Series<SummarySeries> implements SummaryPoint {
    sum: number;
    count: number;
    private readonly window;
    private readonly slices;
    /**
     * Takes in a value: into the quantiles for as long as the window is, into sum and count for good. `NaN` is
     * ignored, counted and warned of once.
     */
    observe(value: number): void;
    /** The quantiles of the values of the last `maxAgeSeconds`, each to 1.1 % of itself; see `sketch.ts`. */
    get quantiles(): readonly Quantile[];
    /** Starts a timer; the function it returns observes the elapsed seconds, and returns them. */
    startTimer(): () => number;
    /** Observes the seconds that `work` takes, also where it throws; for a promise, until it is settled. */
    time<Result>(work: () => Result): Result;
    private step;
}
/**
 * Tells quantiles of what was measured lately: of one instance, since they cannot be added up over several.
 * Where that is wanted, use a histogram.
 *
 * Without labels it is shown from the start; with labels each series is shown once it was touched.
 */
declare class Summary<Names extends string = never> extends TimedFamily<Names, SummarySeries> {
    readonly type: 'summary';
    /** The quantiles it shows, ascending. */
    readonly percentiles: readonly number[];
    /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME`, `ERR_OPTION` */
    constructor(options: SummaryOptions<Names>);
    /**
     * Takes in one value: `observe(0.2)`, `observe({ method: 'GET' }, 0.2)`. `NaN` is ignored, counted and
     * warned of once.
     *
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
     */
    observe(...labelsAndValue: WithLabels<Names, [value: number]>): void;
    /** What one series holds; `undefined` where there is none. */
    get(...labels: WithLabels<Names, []>): SummaryValue | undefined;
}
interface InfoOptions<Names extends string = never> extends Omit<InstrumentOptions<Names, Info<Names>>, 'unit'> {
}
/** One set of facts. */
declare class InfoSeries extends Series<InfoSeries> implements InfoPoint {
}
/**
 * Tells facts by its labels; its value is always 1. Its name ends in `_info`. Join it to other metrics in a
 * query, instead of putting such labels on all of them.
 */
declare class Info<Names extends string = never> extends InstrumentFamily<Names, InfoSeries> {
    readonly type: 'info';
    /** @throws {MetricError} `ERR_METRIC_NAME` for a name without `_info` too; `ERR_LABEL_NAME`, `ERR_OPTION` */
    constructor(options: InfoOptions<Names>);
    /**
     * Shows these facts, and no others from now on. Where several things have facts, such as each disk, use
     * `labels(...)`, which keeps the others.
     *
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
     */
    set(labels: LabelValues<Names>): void;
    /**
     * Shows these facts, and no others from now on: for those of several things, read from elsewhere all at once.
     *
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
     */
    replace(entries: Iterable<LabelValues<Names>>): void;
    /** Whether these facts are shown. */
    get(labels: LabelValues<Names>): boolean;
}
interface StateSetOptions<Names extends string = never> extends Omit<InstrumentOptions<Names, StateSet<Names>>, 'unit'> {
    /** All that there are, in the order in which they are shown. */
    readonly states: readonly string[];
}
/** One series of a state set: writes without a lookup. */
declare class StateSetSeries extends Series<StateSetSeries> implements StateSetPoint {
    readonly states: Record<string, boolean>;
    /** Switches this state on and all others off. One that is not declared is ignored, counted and warned of once. */
    set(state: string): void;
    /** Switches one state on or off, and leaves the others as they are. One that is not declared is ignored, counted and warned of once. */
    toggle(state: string, isOn: boolean): void;
}
/**
 * Shows which of a few states a thing is in, each 1 or 0 in a sample of its own, with a label that is named
 * like the metric.
 *
 * Without labels it is shown from the start, all states off; with labels each series once it was touched.
 */
declare class StateSet<Names extends string = never> extends InstrumentFamily<Names, StateSetSeries> {
    readonly type: 'stateset';
    private readonly states;
    /** @throws {MetricError} `ERR_METRIC_NAME`, `ERR_LABEL_NAME` for a label named like the metric too, `ERR_OPTION` */
    constructor(options: StateSetOptions<Names>);
    /** Switches this state on and all others off: `set('open')`, `set({ door: 'front' }, 'open')`. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
    set(...labelsAndState: WithLabels<Names, [state: string]>): void;
    /** Switches one state on or off, and leaves the others as they are. @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE` */
    toggle(...labelsAndState: WithLabels<Names, [state: string, isOn: boolean]>): void;
    /**
     * Makes these the only series, each with one state on: for what is read from elsewhere all at once. No scrape
     * sees it half done. The children of labels that stay go on.
     *
     * A state that is not declared is ignored and counted, and a series that it was for stays as it was.
     *
     * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
     */
    replace(entries: Iterable<readonly [labels: LabelValues<Names>, state: string]>): void;
    /** Whether each state is on; a copy. `undefined` where there is no such series. */
    get(...labels: WithLabels<Names, []>): Readonly<Record<string, boolean>> | undefined;
}
/** For the seconds that a request takes; the same as in the official clients. */
declare const defaultBuckets: readonly number[];
/**
 * `count` bounds that are `width` apart: `linearBuckets(10, 5, 3)` is `[10, 15, 20]`. `+Inf` is not among
 * them, and not counted.
 *
 * @throws {MetricError} `ERR_BUCKETS` unless the width is more than 0, the count a whole number of 1 or more, and
 * all bounds finite and apart
 */
declare function linearBuckets(start: number, width: number, count: number): number[];
/**
 * `count` bounds, each `factor` times the one before: `exponentialBuckets(1, 2, 4)` is `[1, 2, 4, 8]`.
 * `+Inf` is not among them, and not counted.
 *
 * @throws {MetricError} `ERR_BUCKETS` unless the start is above 0, the factor above 1, the count a whole
 * number of 1 or more, and all bounds finite and apart
 */
declare function exponentialBuckets(start: number, factor: number, count: number): number[];
/** All of a family but its points and constant labels. */
type LiveHead = Omit<FamilyHead, 'constantLabels'> & {
    readonly type: MetricType;
};
/** A frozen family whose points keep a `lineStart` of its name, and are those of the moment. */
declare class LiveFamily implements FamilyHead {
    readonly name: string;
    readonly type: MetricType;
    readonly help: string;
    readonly unit: string | undefined;
    readonly constantLabels: Labels;
    private readonly source;
    constructor({ name, type, help, unit }: LiveHead, constantLabels: Labels, source: {
        readonly points: Iterable<Point>;
    });
    get points(): Iterable<Point>;
}
/** One collector of a registry, or of one within it; never a registry itself. */
interface Member {
    readonly collector: Collector;
    /** The registry that it is registered with. */
    readonly registry: MemberRegistry;
    /** The constant labels of all registries around it. */
    readonly labels: Labels;
    /** Of an instrument. */
    readonly family?: LiveFamily | undefined;
    /** A label that two of the registries around it have, or one of them and the instrument. */
    readonly clash?: string | undefined;
}
/** What a registry is to those around it, and to scrapes. */
interface MemberRegistry extends Collector {
    readonly labels: Labels;
    /** How many families and series a collector of one's own may offer. */
    readonly maxCollectorSeries: number;
    members(): Iterable<Member>;
    /** Whether the collector is registered with it, or with one within it. */
    has(collector: Collector): boolean;
    /** Whether the registry's own last refresh could not bring the collector up to date. */
    isOutdated(collector: Collector): boolean;
    /** Families about the library itself, as they are; none, with a warning, where an instrument has one of their names. */
    ifFree(families: readonly MetricFamily[]): readonly MetricFamily[];
    /** Calls `onWarning`, once for each subject and code. */
    warn(warning: MetricError): void;
    /** The same for a collector that failed, once for each act. */
    warnOf(collector: Collector, act: 'collect' | 'refresh', cause: unknown): void;
    reset(): void;
}
interface RegistryOptions {
    /** Labels that every series gets, such as the service's name. @default none */
    readonly labels?: Readonly<Record<string, LabelValue>> | undefined;
    /**
     * How many families and series a collector of your own may offer at once. One that offers more, perhaps
     * without end, has failed. Registries within this one have limits of their own.
     *
     * @default 100000
     */
    readonly maxCollectorSeries?: number | undefined;
    /**
     * Called once for each metric and cause: writes that held no data, label sets past `maxSeries`, collectors that
     * failed, and what a format could not show as it was. What it throws or rejects with is dropped.
     *
     * @default the message goes to `console.warn`
     */
    readonly onWarning?: WarningListener | undefined;
}
/** Holds what is shown together: instruments, other registries, and collectors of your own. */
declare class Registry implements MemberRegistry {
    /** The labels that every series gets. */
    readonly labels: Labels;
    /** What is kept of each: of an instrument its family, and the end of the listening to its warnings. */
    private readonly collectors;
    private readonly outerFamilies;
    private readonly taken;
    private readonly outdated;
    private readonly refreshes;
    private readonly warnings;
    /** @throws {MetricError} `ERR_LABEL_NAME`, `ERR_LABEL_VALUE`, `ERR_OPTION` */
    constructor(options?: RegistryOptions);
    /**
     * Adds a collector to all later scrapes, and returns it.
     *
     * A collector of your own may share a family with another; an instrument has its name for itself.
     *
     * @throws {MetricError} `ERR_DUPLICATE` where its name is taken, or one of its samples would be taken for
     * another's (`h_count` beside a histogram `h`); the error's `collector` is the one that has the name.
     * `ERR_LABEL_NAME` where it has one of the constant labels itself. `ERR_OPTION` where it is no collector.
     */
    register<C extends Collector>(collector: C): C;
    /**
     * The instrument that is registered as what this one is, or else this one, newly registered: for modules that
     * want the same metric, and for code that is loaded again while it runs.
     *
     * @throws {MetricError} `ERR_DUPLICATE` where the one that is there is of another type, or has other labels,
     * buckets or the like; otherwise as `register`
     */
    getOrRegister<C extends Collector>(collector: C): C;
    /** The instrument of this name, as it was registered: `const jobs: Counter<'queue'> | undefined = registry.get('jobs_total')`. */
    get<I extends Instrument = Instrument>(name: string): I | undefined;
    /** All instruments, in the order of registration; not those of registries within this one. */
    instruments(): Instrument[];
    /** Has every instrument begin as it was constructed, those of registries within this one too: for tests. */
    reset(): void;
    /** Takes a collector out of all later scrapes. True if it was registered. */
    unregister(collector: Collector): boolean;
    /**
     * All families as they are now, in the order of registration: one instant over all series. Families of one
     * name, type, help and constant labels are joined. Collectors that fail, or whose last refresh failed, are left
     * out and warned of; what collectors of your own offer is not checked here.
     *
     * After them come, where there is something to show, `promlet_rejected_writes_total` and
     * `promlet_overflowed_writes_total`, each by `metric`.
     */
    collect(): MetricFamily[];
    /**
     * Brings all collectors up to date, at once. Never rejects: one that fails, or is not done when the signal
     * is aborted, is left out of `collect` until its refresh succeeds, and warned of. Scrapes refresh by themselves.
     *
     * A hook must not wait for this: it would wait for itself. Before its first `await` it is left out instead;
     * later its refresh fails, at the signal or after 5 seconds.
     *
     * @param scrape - @default a scrape without a deadline
     */
    refresh(scrape?: Scrape): Promise<void>;
    private admit;
    /** The instrument whose samples would be taken for those of such a family. */
    private ownerOf;
}
/**
 * What a scraper asked for. `allow-utf-8` leaves names as they are, to be quoted; `underscores` replaces
 * each character that may not stand; `dots` and `values` can be turned back.
 */
type Escaping = 'allow-utf-8' | 'underscores' | 'dots' | 'values';
/** Called with what could not be shown as it came: `ERR_DUPLICATE`. */
type WriteWarning = (warning: MetricError) => void;
/** An exposition format that can be written: as text or, such as protobuf, as bytes. */
interface Format<Chunk extends string | Uint8Array = string> {
    /** Short, such as `text`. */
    readonly name: string;
    /** What a scraper asks for, such as `text/plain`. In lower case. */
    readonly mediaType: string;
    /** Such as `0.0.4`. */
    readonly version: string;
    /** The answer's `Content-Type`, with version and charset. */
    readonly contentType: string;
    /**
     * The same format with names spelled in another way. Absent where the format knows one way alone.
     *
     * @see https://prometheus.io/docs/instrumenting/escaping_schemes/
     */
    readonly withEscaping?: (escaping: Escaping) => Format<Chunk>;
    /**
     * The exposition in order, in chunks of some 16 to 64 KiB: large enough to be cheap to hand on, small
     * enough to be made into bytes while they are still in the processor's cache. A format of bytes yields one
     * chunk at least, which may be empty.
     *
     * Each point is read at once, so that its own numbers agree. Who takes all chunks without a pause in
     * between sees all families at one instant. Nothing that is read is changed by it.
     *
     * Families may come in any order, several of one name and type too, and hold the same series twice: what is
     * written is valid nevertheless, and `warn` is called for each family of which something is renamed, shown as
     * another type or left out.
     */
    write(families: Iterable<MetricFamily>, warn?: WriteWarning): Iterable<Chunk>;
}
/**
 * The whole exposition as one string.
 *
 * Synchronous, and so without `collect` hooks: `await registry.refresh()` first, where there are some.
 *
 * @param source - A registry, another collector, or families such as a parser returns.
 * @param format - @default text, version 0.0.4
 */
declare function render(source: Collector | Iterable<MetricFamily>, format?: Format): string;
/**
 * The format to answer with: the one of the highest quality; of equals the one that is named most exactly,
 * then the one named first, then the first in the list. Where none is acceptable, the first in the list: a
 * scraper must get something. Names are spelled as the clause's own `escaping` says, else with underscores.
 *
 * @param accept - The header, or all of them; `undefined` where there is none.
 * @param formats - What is on offer. The first is for those who ask for nothing in particular.
 */
declare function negotiate(accept: string | readonly string[] | undefined, formats: readonly Format[]): Format;
/**
 * Text format 0.0.4, `text/plain; version=0.0.4`.
 *
 * ```text
 * # HELP http_requests_total HTTP requests handled.
 * # TYPE http_requests_total counter
 * http_requests_total{method="GET",status="200"} 3
 * ```
 *
 * It has no exemplars, units or creation times: they are left out. Characters that its names may not have
 * become `_`.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
declare const text: Format;
/**
 * Text format 1.0.0, `text/plain; version=1.0.0`: as `text`, but names of any characters stand in quotes.
 *
 * ```text
 * # TYPE "http.requests_total" counter
 * {"http.requests_total","http.method"="GET"} 3
 * ```
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
declare const text1: Format;
interface OpenMetricsOptions {
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
declare function openMetricsWith(options?: OpenMetricsOptions): Format;
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
declare const openMetrics: Format;
/**
 * Says what is wrong with an exposition, and where. Invalid input makes the parser throw nothing else.
 *
 * Its `message` is the place and the reason: `line 3, column 5: label "a": expected "=", got "+"`.
 */
declare class ParseError extends Error {
    /** The line, from 1. */
    readonly line: number;
    /** The place in that line, from 1, in UTF-16 units, as JavaScript counts. */
    readonly column: number;
    /** What was expected, and what is there instead. */
    readonly reason: string;
    constructor(reason: string, line: number, column: number);
}
/** A format that can be read: `text` is 0.0.4 and 1.0.0, `openmetrics` is 1.0.0. */
type ParseFormat = 'text' | 'openmetrics';
interface ParseOptions {
    /** @default 'text' */
    readonly format?: ParseFormat | undefined;
}
/** One line of an exposition, as written. */
interface Sample {
    /** With its suffix, such as `_bucket`. */
    readonly name: string;
    /** All of them, `le` and `quantile` too. */
    readonly labels: Labels;
    readonly value: number;
    /** Milliseconds since the epoch. */
    readonly timestampMs?: number | undefined;
    /** OpenMetrics only. */
    readonly exemplar?: Exemplar | undefined;
}
/**
 * Reads an exposition into families: plain objects, which any writer prints.
 *
 * Names are those of the text format, so that OpenMetrics' counter `a` becomes `a_total` and its info `a`
 * becomes `a_info`. Strict: what the format's grammar forbids is an error, and in OpenMetrics what its
 * prose forbids too, such as buckets out of order, or a series that is there twice. A byte order mark is an error.
 *
 * The text format leaves more to its writers:
 *
 * - Families may be interleaved.
 * - A series that is there twice, whatever the order of its labels and with or without empty ones, comes back as two
 *   points, in the order of the input; the writers show the first. The nth line of the same bucket, quantile, sum or
 *   count belongs to the nth point of its histogram or summary.
 * - A missing `+Inf` bucket is taken from `_count`.
 * - A histogram or summary whose lines do not fit together, such as counts that fall from bucket to bucket, comes
 *   back as `unknown` families, one for each sample name, with nothing lost. So does one beside a family that has the
 *   name of one of its samples, such as a gauge `x_sum` beside a histogram `x`: such samples are the gauge's.
 *
 * @param input - Text, or its bytes in UTF-8.
 * @throws {ParseError} for any input that is not valid, and nothing else.
 * @throws {TypeError} if `input` is neither text nor bytes, or the format is unknown.
 */
declare function parse(input: string | Uint8Array, options?: ParseOptions): MetricFamily[];
/**
 * Reads the samples one by one, as written: one for each line, also where a series is there twice. Nothing is grouped
 * into families, and only the grammar of each line is checked. Bytes are decoded a little at a time, so that input of
 * any size takes little memory.
 *
 * @param input - Text, or its bytes in UTF-8.
 * @returns The samples, each read when it is asked for. Asking throws a `ParseError` where a line is not valid.
 * @throws {TypeError} if `input` is neither text nor bytes, or the format is unknown.
 */
declare function parseSamples(input: string | Uint8Array, options?: ParseOptions): IterableIterator<Sample>;
export { Clock, Collector, Counter, CounterFamily, CounterOptions, CounterPoint, CounterSeries, CurrentExemplar, Escaping, Exemplar, ExemplarLabels, ExemplarOptions, FamilyHead, Format, Gauge, GaugeFamily, GaugeHistogramFamily, GaugeOptions, GaugePoint, GaugeSeries, GivenExemplar, Histogram, HistogramFamily, HistogramOptions, HistogramPoint, HistogramSeries, HistogramValue, Info, InfoFamily, InfoOptions, InfoPoint, InfoSeries, Instrument, InstrumentOptions, LabelValue, LabelValues, Labels, MetricError, MetricErrorCode, MetricFamily, MetricType, OpenMetricsOptions, ParseError, ParseFormat, ParseOptions, Point, PositionalValues, Quantile, Registry, RegistryOptions, Sample, Scrape, ScrapeSignal, StateSet, StateSetFamily, StateSetOptions, StateSetPoint, StateSetSeries, Summary, SummaryFamily, SummaryOptions, SummaryPoint, SummarySeries, SummaryValue, UnknownFamily, WarningListener, WithLabels, defaultBuckets, exponentialBuckets, linearBuckets, negotiate, openMetrics, openMetricsWith, parse, parseSamples, render, text, text1 };
