// What callers' functions return, made safe: a value of a bounded set, whatever they do. What they throw costs no
// request and no measurement; it is warned of once.

import { messageOf, show } from '../core/errors.ts';
import type { MetricErrorCode } from '../core/errors.ts';
import { isLabelValue } from '../core/labels.ts';
import { ignoreRejection } from '../core/notify.ts';

/** Who warns: any of the instruments, since a registry listens to it. */
export interface Reporter {
  report(code: MetricErrorCode, cause: string, message: () => string): void;
}

/** Warns once of what a function threw, or returned. */
export class Complaints {
  private readonly reporter: Reporter | undefined;
  private readonly subject: string;

  constructor(reporter: Reporter | undefined, subject: string) {
    this.reporter = reporter;
    this.subject = subject;
  }

  threw(option: string, instead: string, cause: unknown): void {
    this.reporter?.report('ERR_VALUE', `${this.subject} ${option}`, () => `${this.subject}: ${option}: failed: ${messageOf(cause)}; ${instead}`);
  }

  returned(option: string, expected: string, instead: string, given: unknown): void {
    ignoreRejection(given);
    this.reporter?.report('ERR_VALUE', `${this.subject} ${option}`, () => `${this.subject}: ${option}: expected ${expected}, got ${show(given)}; ${instead}`);
  }

  full(option: string, most: number, instead: string): void {
    this.reporter?.report('ERR_SERIES_LIMIT', `${this.subject} ${option}`, () => `${this.subject}: ${option}: expected at most ${most} values, got one more; ${instead}`);
  }
}

// What is longer is no name that anybody groups by.
const LONGEST_VALUE = 256;

/** Values that are taken: those that were declared, or else the first so many that came. */
export class BoundedValues {
  private readonly values: Set<string>;
  private readonly most: number;

  /** @param declared - The values, or how many there may be. */
  constructor(declared: readonly unknown[] | number) {
    this.values = new Set(typeof declared === 'number' ? [] : declared.map(String));
    this.most = typeof declared === 'number' ? declared : 0;
  }

  has(value: string): boolean {
    if (this.values.has(value)) return true;
    if (this.values.size >= this.most || value.length > LONGEST_VALUE) return false;
    this.values.add(value);
    return true;
  }
}

/** What all values share that are none of the bounded ones. */
export const OTHER = 'other';

type LabelFunction = (request: never, response: never, context: never) => unknown;

/** Labels from the context of a request, such as its tenant. */
export class ContextLabels {
  readonly names: readonly string[];
  private readonly read: LabelFunction;
  private readonly bounds: readonly BoundedValues[];
  private readonly complaints: Complaints;

  /** @param declared - By the label's name: its values, or how many there may be. */
  constructor(read: LabelFunction, declared: Readonly<Record<string, readonly unknown[] | number>>, complaints: Complaints) {
    this.names = Object.keys(declared);
    this.read = read;
    this.bounds = Object.values(declared).map((each) => new BoundedValues(each));
    this.complaints = complaints;
  }

  /** In the order of the names. */
  values(request: unknown, response: unknown, context?: unknown): string[] {
    try {
      let found = this.read(request as never, response as never, context as never);
      if (found !== undefined && found !== null && (typeof found !== 'object' || found instanceof Promise)) {
        this.complaints.returned('labels', 'an object', INSTEAD, found);
        found = undefined;
      }
      return this.names.map((name, i) => this.valueOf(name, (found as Readonly<Record<string, unknown>> | undefined)?.[name], this.bounds[i]!));
    } catch (cause) {
      this.complaints.threw('labels', INSTEAD, cause);
      return this.names.map(() => OTHER);
    }
  }

  private valueOf(name: string, value: unknown, bound: BoundedValues): string {
    if (value === undefined || value === null) return OTHER;
    if (!isLabelValue(value)) {
      this.complaints.returned(`labels: ${name}`, 'a string, number or boolean', INSTEAD, value);
      return OTHER;
    }
    return bound.has(String(value)) ? String(value) : OTHER;
  }
}

const INSTEAD = `"${OTHER}" is recorded`;
