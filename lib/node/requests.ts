// From a request and a response of `node:http` to what answers it, and back.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

import type { Answer, Answerer } from '../scraping/answer.ts';
import { targetOf } from '../scraping/request.ts';
import type { RequestFacts } from '../scraping/request.ts';

/** Answers one request. Fits `http.createServer`, Express, Connect and Fastify's raw request. */
export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

/** A listener that never throws. What is asked of a request that is answered at once is no more than it takes. */
export function listener(respond: Answerer, send: (response: ServerResponse, answer: Answer) => void): RequestListener {
  return (request, response) => {
    const facts = new NodeRequest(request, response);
    const sent = (answer: Answer): void => {
      if (facts.isGone) answer.giveBack?.();
      else send(response, answer);
    };
    // A framework's response may not take what it is given; the host must not end for it.
    const failed = (): void => void response.destroy();
    try {
      const answered = respond(facts);
      if (!(answered instanceof Promise)) return sent(answered);
      facts.watch();
      answered.then(sent).catch(failed);
    } catch {
      failed();
    }
  };
}

class NodeRequest implements RequestFacts {
  readonly method: string;
  readonly target: string;
  readonly receivedMs: number;
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private controller: AbortController | undefined;
  private hasLeft = false;

  constructor(request: IncomingMessage, response: ServerResponse) {
    // Frameworks that mount a handler under a path take that path off `url`.
    const { originalUrl } = request as { originalUrl?: string };
    this.method = request.method ?? 'GET';
    this.target = targetOf(originalUrl ?? request.url ?? '/');
    this.receivedMs = performance.now();
    this.request = request;
    this.response = response;
  }

  get headers(): IncomingMessage['headers'] {
    return this.request.headers;
  }

  get address(): string | undefined {
    return (this.request.socket as Socket | undefined)?.remoteAddress;
  }

  get isGone(): boolean {
    return this.hasLeft || this.response.destroyed;
  }

  /** An `AbortController` takes longer to make than a small answer: only where somebody asks. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isGone) this.controller.abort();
    return this.controller.signal;
  }

  /** Notices from now on when the client leaves. */
  watch(): void {
    const leave = (): void => {
      // Not where all was sent: an abort makes an error, with a stack, for nobody.
      if (this.response.writableFinished) return;
      this.hasLeft = true;
      this.controller?.abort();
    };
    this.response.once('close', leave);
    // A response that waits for those before it on the same connection does not hear of its end.
    this.request.once('aborted', leave);
    this.response.on('error', leave);
  }
}
