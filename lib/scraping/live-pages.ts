// The live page at `/`: loaded when it is first asked for, made and compressed once, and plain where there is none.

import { answerOf } from './answer.ts';
import type { Answer, Answerer } from './answer.ts';
import { acceptsGzip } from './encoding.ts';
import { landingPage, livePage } from './landing.ts';
import type { OfferOptions } from './offer.ts';
import { header } from './request.ts';
import type { RequestFacts } from './request.ts';
import { tell } from './scraping.ts';
import type { Host } from './scraping.ts';

// What is compressed once may take its time.
const ONCE_LEVEL = 9;

interface Options extends Pick<OfferOptions, 'compress'> {
  readonly onError?: ((error: unknown) => void) | undefined;
}

interface Made {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  compressed?: readonly Uint8Array[];
}

export function livePages(title: string, path: string, host: Host, { compress = true, onError }: Options): Answerer {
  let made: Promise<Made | undefined> | undefined;

  async function make(): Promise<Made | undefined> {
    try {
      const page = await host.livePage?.();
      if (page === undefined) throw new Error('page: the live page is not in this build, which has the plain one in its place');
      const { text, headers } = livePage(page, title, path);
      return { headers, body: [new TextEncoder().encode(text)] };
    } catch (error) {
      tell(onError, error);
      return undefined;
    }
  }

  return async (request: RequestFacts): Promise<Answer> => {
    const page = await (made ??= make());
    if (page === undefined) return landingPage(title, path);
    const type = 'text/html; charset=utf-8';
    if (!compress || host.gzip === undefined || !acceptsGzip(header(request, 'accept-encoding'))) return answerOf(200, type, page.body, page.headers);
    page.compressed ??= await host.gzip(page.body, request, ONCE_LEVEL);
    return answerOf(200, type, page.compressed, { ...page.headers, 'Content-Encoding': 'gzip' });
  };
}
