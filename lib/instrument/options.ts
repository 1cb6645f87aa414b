// What can be asked of the HTTP metrics, and the check of it: where it is given, long before anything is measured.

import type { Clock } from '../core/clock.ts';
import { fault } from '../core/errors.ts';
import type { LabelValue } from '../core/labels.ts';
import { isRegistry } from '../core/members.ts';
import { checkOptions } from '../core/options.ts';
import type { Registry } from '../core/registry.ts';
import type { NativeOptions } from '../metrics/native-buckets.ts';
import type { HttpMetric, Names } from './names.ts';

/** What all kinds of HTTP metrics can be given. */
export interface HttpMetricsOptions {
  /**
   * What metrics and labels are called: as in Prometheus' other clients, such as `http_request_duration_seconds` by
   * `method`, `route` and `status_code`, or as OpenTelemetry's stable conventions have it, such as
   * `http_server_request_duration_seconds` by `http_request_method`, `http_route` and `http_response_status_code`.
   *
   * @default 'prometheus'
   */
  readonly names?: Names | undefined;
  /** Which metrics there are. @default all */
  readonly metrics?: readonly HttpMetric[] | undefined;
  /** Bounds of durations, in seconds. @default OpenTelemetry's: 0.005 to 10 */
  readonly buckets?: readonly number[] | undefined;
  /** Bounds of sizes, in bytes. @default 1 KiB to 16 MiB */
  readonly sizeBuckets?: readonly number[] | undefined;
  /** Whether all of these are native histograms too, for scrapers that take them, and how; see `Histogram`. @default false */
  readonly native?: boolean | NativeOptions | undefined;
  /** Methods that have a value of their own beside those of RFC 9110, PATCH and QUERY; others share one. @default none */
  readonly methods?: readonly string[] | undefined;
  /**
   * What values the labels that `labels` returns may have, by name: a list, or how many at most, of which the first
   * that come are taken. Others become `other`. @default none
   */
  readonly labelValues?: Readonly<Record<string, readonly LabelValue[] | number>> | undefined;
  /** Whether durations show the trace of a request as an exemplar. @default true */
  readonly exemplars?: boolean | undefined;
  /** Milliseconds. @default the engine's monotonic clock */
  readonly clock?: Clock | undefined;
}

/** What is measured of a route: `false` for nothing, or one request of so many, which then stands for all of them. */
export type RouteRule = false | number;

/** What those that come in can be given. */
export interface IncomingOptions extends HttpMetricsOptions {
  /** How many routes there may be; others are `unmatched`. For functions that return what they should not. @default 1000 */
  readonly maxRoutes?: number | undefined;
  /** By its template, whether a route is left out, or how many of its requests are measured. @default all */
  readonly routes?: Readonly<Record<string, RouteRule>> | undefined;
}

/** What an option has to be, in words, and whether it is. */
type Rule = readonly [expected: string, isMet: (given: unknown) => boolean];
type Rules = Readonly<Record<string, Rule>>;

const METRICS: Readonly<Record<HttpMetric, true>> = {
  duration: true, inFlight: true, requestSize: true, responseSize: true, responseStart: true, aborted: true, errors: true, pools: true,
};

const FUNCTION: Rule = ['a function', (given) => typeof given === 'function'];
const STRINGS: Rule = ['a list of strings', /* @__PURE__ */ isListOf((each) => typeof each === 'string')];
const COUNT: Rule = ['a number of 1 or more', isCount];

function commonRules(): Rules {
  const all = Object.keys(METRICS).map((name) => `"${name}"`).join(', ');
  return {
    names: ['"prometheus" or "opentelemetry"', (given) => given === 'prometheus' || given === 'opentelemetry'],
    metrics: [`a list of ${all}`, (given) => isListOf((each) => Object.hasOwn(METRICS, String(each)))(given) && (given as unknown[]).length > 0],
    // What is in them is checked by the histograms.
    buckets: ['a list of bounds', Array.isArray],
    sizeBuckets: ['a list of bounds', Array.isArray],
    native: ['true, false, or options of native histograms', (given) => typeof given === 'boolean' || isObject(given)],
    methods: STRINGS,
    labels: FUNCTION,
    labelValues: ['for each label a list of values, or how many there may be', (given) => isObject(given) && Object.values(given).every((each) => Array.isArray(each) || isCount(each))],
    exemplars: ['true or false', (given) => typeof given === 'boolean'],
    clock: FUNCTION,
  };
}

function routeRules(): Rules {
  const isRule = (each: unknown): boolean => each === false || (isCount(each) && Number.isInteger(each));
  return {
    route: FUNCTION,
    maxRoutes: COUNT,
    routes: ['for each route false, or one of how many requests is measured', (given) => isObject(given) && Object.values(given).every(isRule)],
  };
}

export function fetchRules(): Rules {
  return { ...routeRules(), ignore: ['a list of paths, or a function', (given) => typeof given === 'function' || STRINGS[1](given)] };
}

export function serverRules(): Rules {
  return {
    ...fetchRules(),
    servers: ['a list of servers', isListOf((each) => typeof (each as { readonly on?: unknown } | undefined)?.on === 'function')],
  };
}

export function clientRules(): Rules {
  return {
    hosts: ['a list of hosts such as "api.example.com" or "localhost:8080", or a function', (given) => typeof given === 'function' || isListOf(isHost)(given)],
    maxHosts: COUNT,
    ignore: FUNCTION,
    dispatchers: ['a list of dispatchers', isListOf(isObject)],
  };
}

/**
 * Checks what is given. What is `undefined` is not given.
 *
 * @throws {MetricError} `ERR_OPTION`
 */
export function checkGiven(subject: string, registry: Registry, options: HttpMetricsOptions, own: Rules): void {
  if (!isObject(registry) || !isRegistry(registry)) throw fault('ERR_OPTION', subject, 'a registry', registry);
  const rules = { ...commonRules(), ...own };
  checkOptions(subject, options, Object.keys(rules));
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, [expected, isMet]] of Object.entries(rules)) {
    if (given[name] !== undefined && !isMet(given[name])) throw fault('ERR_OPTION', `${subject}: ${name}`, expected, given[name]);
  }
  if ((given['labels'] === undefined) !== (given['labelValues'] === undefined)) {
    throw fault('ERR_OPTION', `${subject}: labels`, 'labels and labelValues together', given['labels'] ?? given['labelValues']);
  }
}

function isObject(given: unknown): given is object {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

/** Whether requests can go there: with a scheme, a path or a wildcard it would never match. */
function isHost(given: unknown): boolean {
  return typeof given === 'string' && /^[^\s/?#@*]+$/.test(given);
}

function isCount(given: unknown): boolean {
  return typeof given === 'number' && given >= 1;
}

function isListOf(isMet: (each: unknown) => boolean): (given: unknown) => boolean {
  return (given) => Array.isArray(given) && given.every(isMet);
}
