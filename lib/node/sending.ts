// Sends answers, and bounds what readers can cost who take their time: memory, and a connection. Knows not
// what it sends.

import type { ServerResponse } from 'node:http';

import { lengthOf } from '../scraping/answer.ts';
import type { Answer } from '../scraping/answer.ts';
import { idleTimers } from '../scraping/timers.ts';

export interface SendingOptions {
  /**
   * How long a reader may take for an answer, in milliseconds, from when it can be sent; then it is cut off.
   * @default 30000
   */
  readonly sendTimeoutMs?: number | undefined;
  /**
   * How many bytes of answers may wait for readers, over all of them. Where that is not enough, those that
   * have been reading for more than a second are cut off, the slowest first; where there are none, the new
   * answer is 503.
   *
   * @default 67108864, 64 MiB
   */
  readonly maxUnsentBytes?: number | undefined;
}

export type Send = (response: ServerResponse, answer: Answer) => void;

/** An answer on its way. */
interface Sending {
  readonly beginMs: number;
  readonly bytes: number;
  /** Cuts the reader off. */
  readonly end: () => void;
}

// Nobody is cut off who may just be on a busy line.
const PATIENCE_MS = 1_000;
// Bytes. What is written at once is encrypted at once, over TLS: some 0.3 ms.
const PIECE_BYTES = 256 * 1024;

/** A function that sends answers, each at once or not at all. */
export function sender({ sendTimeoutMs = 30_000, maxUnsentBytes = 64 * 1024 * 1024 }: SendingOptions): Send {
  // In the order in which they began.
  const underWay = new Set<Sending>();
  let unsentBytes = 0;

  function makeRoom(bytes: number): boolean {
    for (const slowest of underWay) {
      if (unsentBytes + bytes <= maxUnsentBytes) break;
      if (idleTimers.now() - slowest.beginMs < PATIENCE_MS) return false;
      slowest.end();
    }
    // An answer that is larger than the limit is sent where it is the only one.
    return unsentBytes + bytes <= maxUnsentBytes || underWay.size === 0;
  }

  /** Keeps account of an answer until it is sent or its reader is gone. */
  function follow(response: ServerResponse, bytes: number, giveBack?: () => void): void {
    let stop = (): void => {};
    const startTimer = (): void => void (stop = idleTimers.after(sendTimeoutMs, end));
    const end = (): void => {
      response.destroy();
      forget();
    };
    const forget = (): void => {
      if (!underWay.delete(sending)) return;
      stop();
      unsentBytes -= bytes;
      giveBack?.();
    };
    const sending = { beginMs: idleTimers.now(), bytes, end };
    underWay.add(sending);
    unsentBytes += bytes;
    response.once('close', forget);
    if (response.socket) return startTimer();
    // It waits for those before it on the same connection, which is not its reader's fault; and does not hear of
    // the connection's end.
    response.once('socket', startTimer);
    response.req.once('aborted', forget);
  }

  return (response, { status, headers, body, giveBack }) => {
    if (response.destroyed || response.headersSent) return giveBack?.();
    const bytes = lengthOf(body);
    if (!makeRoom(bytes)) {
      giveBack?.();
      return void response.writeHead(503, { 'Retry-After': '1', 'Content-Length': '0' }).end();
    }
    response.writeHead(status, headers);
    if (bytes > PIECE_BYTES) void writePieces(response, body);
    else if (body.length < 2) response.end(body[0]);
    else writeAll(response, body);
    // Most answers are small, and in the system's hands by now. Not `writableFinished`, which says so later.
    if (response.writableEnded && response.writableLength === 0) giveBack?.();
    else follow(response, bytes, giveBack);
  };
}

function writeAll(response: ServerResponse, body: readonly Uint8Array[]): void {
  response.cork();
  for (const chunk of body) response.write(chunk);
  response.end();
}

/** Writes a piece when the one before it is sent, and lets the event loop run in between. */
async function writePieces(response: ServerResponse, body: readonly Uint8Array[]): Promise<void> {
  let pieceBytes = 0;
  response.cork();
  for (const chunk of body) {
    response.write(chunk);
    pieceBytes += chunk.length;
    if (pieceBytes < PIECE_BYTES) continue;
    response.uncork();
    await drained(response);
    if (response.destroyed) return;
    response.cork();
    pieceBytes = 0;
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      setImmediate(resolve);
    };
    if (!response.writableNeedDrain) return done();
    response.on('drain', done).on('close', done);
  });
}
