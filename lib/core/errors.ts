// The one error class of the library and its closed set of codes.

/** What went wrong. Switch on this: `instanceof` fails across two copies of the package. */
export type MetricErrorCode =
  /** A metric name outside `[a-zA-Z_:][a-zA-Z0-9_:]*`, unless any are allowed. */
  | 'ERR_METRIC_NAME'
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
  /** A group's folder that cannot be used, or a member that answers what it should not: the latter is given to `onError`. */
  | 'ERR_GROUP'
  /** A write of no data, such as `NaN`: never thrown, given to `onWarning`. */
  | 'ERR_VALUE'
  /** More label sets than `maxSeries`, or values that `labelValues` does not have: never thrown, given to `onWarning`. */
  | 'ERR_SERIES_LIMIT'
  /** An exemplar with a bad label name, or too long: never thrown, given to `onWarning`. */
  | 'ERR_EXEMPLAR'
  /** A collector that threw or offered what no format can carry: given to `onWarning`; thrown by `checked` alone. */
  | 'ERR_COLLECTOR'
  /** Members of a group that disagree about a metric: never thrown, given to `onError`. */
  | 'ERR_MERGE'
  /** What a member of a group sent is no snapshot: never thrown, given to `onError`. */
  | 'ERR_SNAPSHOT';

/** Thrown at definition and registration, and for labels that do not fit; never because of a measured value. */
export class MetricError extends Error {
  readonly code: MetricErrorCode;
  /** With `ERR_DUPLICATE`: the collector that has the name. */
  readonly collector: unknown;

  constructor(code: MetricErrorCode, message: string, details?: { readonly collector?: unknown; readonly cause?: unknown }) {
    super(message);
    this.name = 'MetricError';
    this.code = code;
    this.collector = details?.collector;
    if (details?.cause !== undefined) this.cause = details.cause;
  }
}

/** An error whose message reads `subject: expected X, got Y`. */
export function fault(code: MetricErrorCode, subject: string, expected: string, given: unknown): MetricError {
  return new MetricError(code, `${subject}: expected ${expected}, got ${show(given)}`);
}

/** Shows a value of any kind in a message: strings quoted and cut, everything else short. Never throws. */
export function show(value: unknown, isWithin = false): string {
  try {
    if (typeof value === 'string') return JSON.stringify(cut(value));
    if (Array.isArray(value)) {
      // A list may hold itself.
      if (isWithin) return 'a list';
      return `[${value.slice(0, 12).map((item: unknown) => show(item, true)).join(', ')}${value.length > 12 ? ', …' : ''}]`;
    }
    if (typeof value === 'object' && value !== null) return `an object with the keys ${show(Object.keys(value))}`;
    return typeof value === 'function' ? 'a function' : cut(String(value));
  } catch {
    // A revoked Proxy, or one whose traps throw.
    return 'an unreadable object';
  }
}

/** What was thrown, for a message: an error's own message, anything else as `show` has it. Never throws. */
export function messageOf(thrown: unknown): string {
  try {
    // In Jest, errors of Node are not those of the test's realm.
    if (thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]') {
      const { message } = thrown as Error;
      if (typeof message === 'string') return message;
    }
  } catch {
    // The message of an error may be a getter that throws.
  }
  return show(thrown);
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
