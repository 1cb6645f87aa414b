// The template that an application, or its framework, gave a request.

const ROUTE: unique symbol = /* @__PURE__ */ Symbol.for('promlet.route') as never;

interface Routed {
  [ROUTE]?: string;
}

/**
 * Says which route a request belongs to, for the label `route`. Call it whenever the route is known, before the
 * response has ended; the last call counts.
 *
 * @param request - Of `node:http`, `node:http2` or `fetch`; a framework's own request or context is taken too where it
 * holds one of those as `raw` or `req`, as those of Fastify, Hono and Koa do.
 * @param template - As in `/users/:id`: one of a few that you wrote, never a path as it came. What is no string, or
 * is empty, changes nothing, so that a framework's `undefined` for what matched no route can be passed on.
 */
export function setRoute(request: object, template: unknown): void {
  const text = template instanceof RegExp ? String(template) : template;
  if (typeof text !== 'string' || text === '') return;
  const raw = rawOf(request);
  if (raw === undefined) return;
  // Of HTTP/2 the stream is what is measured.
  const { stream } = raw as { readonly stream?: unknown };
  mark(raw, text);
  if (isObject(stream)) mark(stream, text);
}

/** What was set; `undefined` for nothing. */
export function routeSetOn(request: object): string | undefined {
  // Own ones alone: a look along the prototypes of a framework's request costs ten times as much (bench: instrument).
  return Object.hasOwn(request, ROUTE) ? (request as Routed)[ROUTE] : undefined;
}

function rawOf(request: unknown): object | undefined {
  if (!isObject(request)) return undefined;
  const { raw, req } = request as { readonly raw?: unknown; readonly req?: unknown };
  if (isObject(raw)) return raw;
  // Hono's context has a request of its own, which holds the raw one.
  return isObject(req) ? rawOf(req) : request;
}

function mark(thing: object, text: string): void {
  try {
    (thing as Routed)[ROUTE] = text;
  } catch {
    // A frozen object cannot be marked, and its request is unmatched.
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
