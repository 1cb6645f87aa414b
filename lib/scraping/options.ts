// What the options of handlers and of `serve` may be: one table, checked where they are given, long before
// anything is served. What is `undefined` is not given.

import { fault } from '../core/errors.ts';
import type { Collector } from '../core/model.ts';
import { checkOptions } from '../core/options.ts';
import type { AnswerOptions } from './handler.ts';
import { checkPort } from './port.ts';
import type { RouteOptions } from './routes.ts';

/** What an option has to be, in words, and whether it is. */
type Rule = readonly [expected: string, isMet: (given: unknown) => boolean];

/** A rule for each option. */
export type Rules<Name extends PropertyKey> = Readonly<Record<Name, Rule>>;

// Of times and numbers, `Infinity` is no limit.
const ABOVE_ZERO: Rule = ['a number above 0', (given) => typeof given === 'number' && given > 0];
const NOT_NEGATIVE: Rule = ['a number that is not negative', (given) => typeof given === 'number' && given >= 0];
const SWITCH: Rule = ['true or false', (given) => typeof given === 'boolean'];
const STRING: Rule = ['a string', (given) => typeof given === 'string'];
const FUNCTION: Rule = ['a function', (given) => typeof given === 'function'];

export const HANDLER_RULES: Rules<keyof AnswerOptions> = {
  deadlineMs: ABOVE_ZERO,
  maxInFlight: ABOVE_ZERO,
  maxQueryLength: ABOVE_ZERO,
  maxPauseMs: NOT_NEGATIVE,
  errors: /* @__PURE__ */ oneOf('isolate', 'fail'),
  selfMetrics: /* @__PURE__ */ oneOf(true, false, 'collectors'),
  openMetrics: SWITCH,
  created: SWITCH,
  lineSafe: SWITCH,
  compress: SWITCH,
  formats: ['a list of formats, as in [text, openMetrics]', (given) => Array.isArray(given) && given.every(isFormat)],
  authenticate: FUNCTION,
  onError: FUNCTION,
};

export const SENDING_RULES: Rules<'sendTimeoutMs' | 'maxUnsentBytes'> = {
  sendTimeoutMs: ABOVE_ZERO,
  maxUnsentBytes: ABOVE_ZERO,
};

export const ROUTE_RULES: Rules<keyof RouteOptions> = {
  path: ['a path that begins with "/"', (given) => typeof given === 'string' && given.startsWith('/')],
  title: STRING,
  page: /* @__PURE__ */ oneOf('live', 'plain'),
  isReady: FUNCTION,
};

export const SERVER_RULES: Rules<'port' | 'host' | 'socketPath' | 'https' | 'receiveTimeoutMs' | 'maxConnections' | 'unref'> = {
  receiveTimeoutMs: ABOVE_ZERO,
  maxConnections: ABOVE_ZERO,
  port: ['a port', (given) => (checkPort(given as number), true)],
  host: STRING,
  socketPath: ['the path of a file', (given) => typeof given === 'string' && given !== ''],
  // Looked at where it is asked, since a function may return anything.
  https: ['TLS options', () => true],
  unref: SWITCH,
};

/**
 * Checks the names and values of options, and that there is something to serve.
 *
 * @param others - Options of other entry points, with what is expected where they are given here.
 * @throws {MetricError} `ERR_OPTION`
 * @throws {RangeError} where the port is not one
 */
export function checkGiven(subject: string, source: Collector, options: object, rules: Rules<string>, others?: Readonly<Record<string, string>>): void {
  if (typeof (source as Partial<Collector> | undefined | null)?.collect !== 'function') throw fault('ERR_OPTION', subject, 'a registry or another collector', source);
  if (typeof options !== 'object' || options === null) {
    throw fault('ERR_OPTION', subject, `options, as in ${subject}(registry, { ${'port' in rules ? 'port: 9464' : 'deadlineMs: 5000'} })`, options);
  }
  checkOptions(subject, options, Object.keys(rules), others);
  for (const [name, rule] of Object.entries(rules)) {
    const given = (options as Readonly<Record<string, unknown>>)[name];
    if (given !== undefined) check(name, given, rule);
  }
}

/** What a handler says of options that `serve` alone has. */
export function onlyOfServe(rules: Rules<string>): Record<string, string> {
  return Object.fromEntries(Object.keys(rules).map((name) => [name, 'no option of serve alone, since a handler answers wherever it is mounted']));
}

/** Checks how long to wait for something. @throws {MetricError} `ERR_OPTION` */
export function checkWait(name: string, givenMs: number): void {
  check(name, givenMs, NOT_NEGATIVE);
}

function check(name: string, given: unknown, [expected, isMet]: Rule): void {
  if (!isMet(given)) throw fault('ERR_OPTION', name, expected, given);
}

function oneOf(...values: readonly (string | boolean)[]): Rule {
  return [`one of ${values.map((value) => JSON.stringify(value)).join(', ')}`, (given) => values.includes(given as string)];
}

function isFormat(given: unknown): boolean {
  return typeof (given as { readonly write?: unknown } | undefined | null)?.write === 'function';
}
