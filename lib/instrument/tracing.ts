// The trace that a request belongs to, for exemplars: the span that is active where OpenTelemetry's API is in use,
// found without importing it, or else the header `traceparent`.

/** A trace that is sampled, so that there is something to look at. */
export type Trace = {
  readonly trace_id: string;
  readonly span_id: string;
};

interface Span {
  spanContext?(): { readonly traceId?: unknown; readonly spanId?: unknown; readonly traceFlags?: unknown } | undefined;
}

interface OpenTelemetry {
  readonly context?: { active?(): { getValue?(key: symbol): unknown } | undefined };
}

// The API keeps its parts under one key of the global object, and a span in its context under another.
const API = /* @__PURE__ */ Symbol.for('opentelemetry.js.api.1');
const SPAN = /* @__PURE__ */ Symbol.for('OpenTelemetry Context Key SPAN');

const SAMPLED = 1;

/** The active span's trace, where there is one that is sampled. Never throws. */
export function activeTrace(): Trace | undefined {
  const api = (globalThis as { readonly [API]?: OpenTelemetry })[API];
  if (api === undefined) return undefined;
  try {
    const context = (api.context?.active?.()?.getValue?.(SPAN) as Span | undefined)?.spanContext?.();
    if (context === undefined || !(Number(context.traceFlags) & SAMPLED)) return undefined;
    return traceOf(context.traceId, context.spanId);
  } catch {
    return undefined;
  }
}

/** The trace of a header `traceparent`, where it is sampled. W3C Trace Context, 3.2.2: what is malformed is ignored. */
export function traceOfHeader(traceparent: unknown): Trace | undefined {
  if (typeof traceparent !== 'string' || traceparent.length > 512) return undefined;
  const [, version, traceId, spanId, flags, more] = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(traceparent) ?? [];
  // Later versions may have more at the end.
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  return parseInt(flags!, 16) & SAMPLED ? traceOf(traceId, spanId) : undefined;
}

function traceOf(traceId: unknown, spanId: unknown): Trace | undefined {
  const isId = (id: unknown, length: number): id is string => typeof id === 'string' && id.length === length && /^[0-9a-f]+$/.test(id) && !/^0+$/.test(id);
  return isId(traceId, 32) && isId(spanId, 16) ? { trace_id: traceId, span_id: spanId } : undefined;
}
