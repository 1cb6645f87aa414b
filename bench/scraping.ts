// Scrapes a host: over plain sockets, since a full HTTP client would be slower than what it measures.

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { gunzipSync } from 'node:zlib';

export interface ScrapeOrder {
  readonly port: number;
  /** @default false */
  readonly isGzip?: boolean;
  /** Whether over TLS, whatever the certificate. @default false */
  readonly isTls?: boolean;
  /** Each asks again as soon as it was answered. @default 1 */
  readonly connections?: number;
  /** How long to go on, in milliseconds; 0 is one answer for each connection. @default 0 */
  readonly forMs?: number;
  /** How many answers for each connection, where it is not for a time. @default 1 */
  readonly times?: number;
  readonly wantsText?: boolean;
}

export interface ScrapeReport {
  readonly answers: number;
  readonly tookMs: number;
  readonly wasGzip: boolean;
  /** Of each body, as it was sent. */
  readonly bytes: number;
  readonly text?: string;
}

interface Response {
  readonly wasGzip: boolean;
  readonly bytes: number;
  readonly body: readonly Buffer[];
}

/** Rejects where an answer is none, or is of another length than those before it. */
export async function scrape({ port, isGzip = false, isTls = false, connections = 1, forMs = 0, times = 1, wantsText = false }: ScrapeOrder): Promise<ScrapeReport> {
  const begin = performance.now();
  let answers = 0;
  let last: Response | undefined;
  const request = `GET /metrics HTTP/1.1\r\nHost: bench\r\nAccept: text/plain;version=0.0.4\r\nAccept-Encoding: ${isGzip ? 'gzip' : 'identity'}\r\n\r\n`;
  const client = async (): Promise<void> => {
    const socket = isTls ? connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1');
    socket.setNoDelay();
    for (let i = 0; i < times || performance.now() - begin < forMs; i++) {
      socket.write(request);
      const answer = await response(socket, wantsText);
      if (last !== undefined && answer.bytes !== last.bytes) throw new Error(`an answer of ${answer.bytes} bytes after one of ${last.bytes}`);
      last = answer;
      answers++;
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, client));
  const { wasGzip, bytes, body } = last!;
  const report = { answers, tookMs: performance.now() - begin, wasGzip, bytes };
  if (!wantsText) return report;
  const whole = Buffer.concat(body);
  return { ...report, text: (wasGzip ? gunzipSync(whole) : whole).toString() };
}

/** Reads one answer to its end. */
function response(socket: Socket, keepsBody: boolean): Promise<Response> {
  return new Promise((resolve, reject) => {
    let head: Buffer = Buffer.alloc(0);
    let wasGzip = false;
    let rest: number | 'chunked' | undefined;
    let tail = '';
    let bytes = 0;
    const body: Buffer[] = [];
    const onData = (data: Buffer): void => {
      if (rest === undefined) {
        head = Buffer.concat([head, data]);
        const end = head.indexOf('\r\n\r\n');
        if (end < 0) return;
        const lines = head.toString('latin1', 0, end).toLowerCase();
        if (!lines.startsWith('http/1.1 200')) return done(new Error(lines.split('\r\n')[0]));
        wasGzip = lines.includes('content-encoding: gzip');
        const length = /content-length: (\d+)/.exec(lines)?.[1];
        rest = length === undefined ? 'chunked' : Number(length);
        data = head.subarray(end + 4);
      }
      bytes += data.length;
      if (keepsBody) body.push(data);
      if (rest === 'chunked') {
        tail = (tail + data.toString('latin1', Math.max(0, data.length - 5))).slice(-5);
        if (tail === '0\r\n\r\n') done();
      } else if ((rest -= data.length) <= 0) done();
    };
    const done = (error?: Error): void => {
      socket.off('data', onData).off('error', done).off('close', closed);
      if (error !== undefined) return reject(error);
      resolve({ wasGzip, bytes, body: rest === 'chunked' ? unchunked(body) : body });
    };
    const closed = (): void => done(new Error('closed before the end'));
    socket.on('data', onData).on('error', done).on('close', closed);
  });
}

function unchunked(parts: readonly Buffer[]): Buffer[] {
  const whole = Buffer.concat(parts);
  const chunks: Buffer[] = [];
  for (let at = 0; at < whole.length; ) {
    const lineEnd = whole.indexOf('\r\n', at);
    const length = Number.parseInt(whole.toString('latin1', at, lineEnd), 16);
    chunks.push(whole.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
  return chunks;
}
