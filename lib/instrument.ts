// Metrics of a service's HTTP traffic: what comes in, what goes out, and handlers of `fetch`. It loads in any engine;
// where there are no diagnostics channels, `fetchMetrics` alone has something to measure.

export { httpServerMetrics } from './instrument/http-server.ts';
export type { HttpServerOptions, ServerLike } from './instrument/http-server.ts';
export { setRoute } from './instrument/set-route.ts';
export type { HttpMetrics } from './instrument/handle.ts';
export type { HttpMetric, Names } from './instrument/names.ts';
export type { HttpMetricsOptions, IncomingOptions, RouteRule } from './instrument/options.ts';
