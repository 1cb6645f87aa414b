// The template of a request in Fastify, which publishes it on a channel of its own when the handler begins.

import { routeSetOn, setRoute } from './set-route.ts';

interface HandlerStart {
  readonly request?: { readonly raw?: object };
  readonly route?: { readonly url?: unknown };
}

export const FASTIFY_CHANNEL = 'tracing:fastify.request.handler:start';

/** Keeps the template with the request, unless one was set before. */
export function onFastifyHandler({ request, route }: HandlerStart): void {
  const raw = request?.raw;
  if (raw !== undefined && routeSetOn(raw) === undefined) setRoute(raw, route?.url);
}
