// Whether scrapers of all kinds get what they ask for.

import { fault, messageOf, show } from '../core/errors.ts';
import { checkOptions } from '../core/options.ts';
import { NO_ANSWER, placeOf } from './asking.ts';
import type { NodeHandler, Place, Reply, RequestHandler } from './asking.ts';
import { inconsistencies } from './consistency.ts';
import { failure } from './failing.ts';
import { answeredFormat, foreignName, SCRAPERS } from './scrapers.ts';
import type { Scraper } from './scrapers.ts';

/** A place that can be asked for metrics. */
export type Scrapable = string | URL | NodeHandler | RequestHandler | { fetch: RequestHandler };

export interface ScrapableOptions {
  /** What to ask a handler for; a URL has its own. @default '/metrics' */
  readonly path?: string | undefined;
  /** Sent with each request, such as `authorization`. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** The certificate of an authority that signed the server's, for a URL that begins with `https`. @default those of Node */
  readonly ca?: string | Uint8Array | undefined;
  /** How long each answer may take, in milliseconds. @default 10000, as for Prometheus */
  readonly withinMs?: number | undefined;
}

const LONGEST_MS = 2 ** 31 - 1;
const BEGINNING = 120;

/**
 * Asks as scrapers of all kinds do (without `Accept`, for each format, as Prometheus 2 and 3, compressed or not), and
 * rejects where one does not get what it can read: the status 200, a `Content-Type` that it asked for, and a body that is
 * valid in that format, whose lines fit together, with no series twice, and with no names that the scraper cannot take.
 * That a metric is named well is what `assertGoodPractice` is for.
 *
 * ```ts
 * await assertScrapable(metricsHandler(registry));
 * await assertScrapable('http://localhost:9464/metrics');
 * ```
 *
 * @param target - A URL; a handler of `node:http`, with two parameters or more, such as an Express application; or a
 * handler of `fetch`, with one, or an object that has it as `fetch`. Handlers of `node:http` are asked over a server of
 * their own on the loopback interface, which is closed again.
 * @throws an `AssertionError` that says who gets what, and what was expected
 * @throws {MetricError} `ERR_OPTION`
 */
export async function assertScrapable(target: Scrapable, options: ScrapableOptions = {}): Promise<void> {
  checkOptions('assertScrapable', options, ['path', 'headers', 'ca', 'withinMs']);
  const { path = '/metrics', headers = {}, ca, withinMs = 10_000 } = options;
  if (!(typeof path === 'string' && path.startsWith('/'))) throw fault('ERR_OPTION', 'assertScrapable: path', 'a string that begins with "/"', path);
  if (typeof headers !== 'object' || headers === null) throw fault('ERR_OPTION', 'assertScrapable: headers', 'an object', headers);
  if (!(typeof withinMs === 'number' && withinMs > 0 && withinMs <= LONGEST_MS)) throw fault('ERR_OPTION', 'assertScrapable: withinMs', `a number above 0 and up to ${LONGEST_MS}`, withinMs);
  const place = await placeOf(target, path, ca);
  // By what is wrong, who gets it.
  const found = new Map<string, string[]>();
  try {
    for (const scraper of SCRAPERS) {
      for (const fault of await faultsOf(place, scraper, headers, withinMs)) found.set(fault, [...(found.get(fault) ?? []), scraper.title]);
      // Who keeps one waiting keeps all.
      if ([...found.keys()].some((fault) => fault.startsWith(NO_ANSWER))) break;
    }
  } finally {
    await place.close();
  }
  if (found.size === 0) return;
  const lines = [...found].map(([fault, titles]) => `  asked ${titles.length === SCRAPERS.length ? 'in any way' : titles.join(', ')}: ${fault}`);
  throw failure(`${place.title} cannot be scraped:\n\n${lines.join('\n')}\n`, assertScrapable);
}

async function faultsOf(place: Place, { accept, isGzip = false }: Scraper, headers: Readonly<Record<string, string>>, withinMs: number): Promise<readonly string[]> {
  try {
    const reply = await place.ask({ ...headers, ...(accept !== undefined && { accept }), ...(isGzip && { 'accept-encoding': 'gzip' }) }, withinMs);
    return faultsOfReply(reply, accept);
  } catch (error) {
    return [messageOf(error)];
  }
}

function faultsOfReply({ status, contentType, body }: Reply, accept: string | undefined): readonly string[] {
  if (status !== 200) return [`expected the status 200, got ${status}${beginningOf(body)}`];
  let answered;
  try {
    answered = answeredFormat(contentType, accept);
  } catch (error) {
    return [`${messageOf(error)}${beginningOf(body)}`];
  }
  const families = answered.read(body);
  const name = foreignName(families, answered);
  const faults = inconsistencies(body, answered.format, families).map(({ metric, text }) => `${metric} ${text}`);
  return name === undefined ? faults : [...faults, `${show(name)} is no name for a scraper that did not ask for escaping=allow-utf-8`];
}

function beginningOf(body: Uint8Array): string {
  const text = Buffer.from(body.subarray(0, BEGINNING)).toString().trim();
  return text === '' ? '' : `; the body begins ${show(text)}`;
}
