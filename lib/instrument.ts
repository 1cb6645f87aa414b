// Metrics of a service's HTTP traffic: what comes in, what goes out, and handlers of `fetch` style. It loads in any
// engine; where there are no diagnostics channels, `fetchMetrics` is what measures.

export { httpServerMetrics } from './instrument/http-server.ts';
export type { HttpServerOptions } from './instrument/http-server.ts';
export { httpClientMetrics } from './instrument/http-client.ts';
export type { HttpClientOptions, OutgoingRequest } from './instrument/http-client.ts';
export { fetchMetrics } from './instrument/fetch-metrics.ts';
export type { FetchMetricsOptions, MeasureFetch } from './instrument/fetch-metrics.ts';
export { setRoute } from './instrument/set-route.ts';
export type { HttpMetrics } from './instrument/handle.ts';
export type { HttpMetric, Names } from './instrument/names.ts';
export type { HttpMetricsOptions, IncomingOptions, RouteRule } from './instrument/options.ts';
export type { DispatcherLike } from './instrument/pools.ts';
export type { UndiciRequest } from './instrument/undici.ts';
export type { HostFunction } from './instrument/hosts.ts';
