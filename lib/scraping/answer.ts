// What an answer is, and how one of few words is made.

import type { RequestFacts } from './request.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty in the answer to `HEAD`, whose `Content-Length` is nevertheless that of `GET`. */
  readonly body: readonly Uint8Array[];
  /** Lets later answers use the body's memory. To be called when nobody reads it any more, or not at all. */
  readonly giveBack?: (() => void) | undefined;
}

/** Answers a request. Never throws and never rejects; what it answers where nobody waits is for nobody. */
export type Answerer = (request: RequestFacts) => Answer | Promise<Answer>;

export function answerOf(
  status: number,
  contentType: string,
  body: readonly Uint8Array[],
  headers?: Readonly<Record<string, string>>,
  giveBack?: () => void,
): Answer {
  const always = { 'Content-Type': contentType, 'Content-Length': String(lengthOf(body)), 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' };
  return { status, headers: { ...always, ...headers }, body, giveBack };
}

export function plain(status: number, message: string, headers?: Readonly<Record<string, string>>): Answer {
  return answerOf(status, 'text/plain; charset=utf-8', [new TextEncoder().encode(`${message}\n`)], headers);
}

/** What a method is answered that asks for more than to read; `undefined` for the others. */
export function unlessRead({ method }: RequestFacts): Answer | undefined {
  return method === 'GET' || method === 'HEAD' ? undefined : plain(405, 'Only GET and HEAD', { Allow: 'GET, HEAD' });
}

export function lengthOf(body: readonly Uint8Array[]): number {
  return body.reduce((total, chunk) => total + chunk.length, 0);
}
