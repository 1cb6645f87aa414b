// Sends answers, and bounds what readers can cost who take their time: memory, and a connection. Knows not
// what it sends.

import type { ServerResponse } from 'node:http';

import type { Answer } from '../scraping/answer.ts';
import { checkAboveZero } from '../scraping/options.ts';
import { lengthOf } from '../scraping/scraping.ts';

export interface SendingOptions {
  /** How long a reader may take for an answer, in milliseconds; then it is cut off. @default 30000 */
  readonly sendTimeoutMs?: number;
  /**
   * How many bytes of answers may wait for readers, over all of them. Where that is not enough, those that
   * have been reading for more than a second are cut off, the slowest first; where there are none, the new
   * answer is 503.
   *
   * @default 67108864, 64 MiB
   */
  readonly maxUnsentBytes?: number;
}

/** An answer on its way. */
interface Sending {
  readonly beginMs: number;
  readonly bytes: number;
  /** Cuts the reader off. */
  readonly end: () => void;
}

// Nobody is cut off who may just be on a busy line.
const PATIENCE_MS = 1_000;

/**
 * A function that sends answers, each at once or not at all.
 *
 * @throws {MetricError} `ERR_OPTION`
 */
export function sender({ sendTimeoutMs = 30_000, maxUnsentBytes = 64 * 1024 * 1024 }: SendingOptions): (response: ServerResponse, answer: Answer) => void {
  checkAboveZero('sendTimeoutMs', sendTimeoutMs);
  checkAboveZero('maxUnsentBytes', maxUnsentBytes);
  // In the order in which they began.
  const underWay = new Set<Sending>();
  let unsentBytes = 0;

  function makeRoom(bytes: number): boolean {
    for (const slowest of underWay) {
      if (unsentBytes + bytes <= maxUnsentBytes) break;
      if (performance.now() - slowest.beginMs < PATIENCE_MS) return false;
      slowest.end();
    }
    // An answer that is larger than the limit is sent where it is the only one.
    return unsentBytes + bytes <= maxUnsentBytes || underWay.size === 0;
  }

  function begin(response: ServerResponse, bytes: number): void {
    const forget = (): void => {
      if (!underWay.delete(sending)) return;
      clearTimeout(timer);
      unsentBytes -= bytes;
    };
    const end = (): void => {
      forget();
      response.destroy();
    };
    const sending = { beginMs: performance.now(), bytes, end };
    const timer = setTimeout(end, sendTimeoutMs);
    timer.unref();
    underWay.add(sending);
    unsentBytes += bytes;
    response.once('close', forget);
  }

  return (response, { status, headers, body }) => {
    if (response.destroyed || response.headersSent) return;
    const bytes = lengthOf(body);
    if (!makeRoom(bytes)) {
      response.writeHead(503, { 'Retry-After': '1', 'Content-Length': '0' }).end();
      return;
    }
    begin(response, bytes);
    response.writeHead(status, headers);
    response.cork();
    for (const chunk of body) response.write(chunk);
    response.end();
  };
}
