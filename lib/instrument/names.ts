// What the metrics and their labels are called: in the words of Prometheus' clients, or in those of OpenTelemetry's
// stable conventions. Data alone.

/** Which words. `opentelemetry`: https://opentelemetry.io/docs/specs/semconv/http/http-metrics/ */
export type Names = 'prometheus' | 'opentelemetry';

/**
 * Which metrics; each can be chosen by this name. `errors` and `pools` are of requests that go out; in the words of
 * Prometheus' clients they are `http_client_request_errors_total` and `http_client_pool_connected`, `_free`, `_pending`,
 * `_running` and `_size`.
 */
export type HttpMetric = 'duration' | 'inFlight' | 'requestSize' | 'responseSize' | 'responseStart' | 'aborted' | 'errors' | 'pools';

/** What a label tells of a request. `peer` is the route of one that came in, the host of one that went out. */
export type Fact = 'method' | 'peer' | 'port' | 'status' | 'scheme' | 'version' | 'error';

/** What the metrics of one side are called. */
export interface Vocabulary {
  readonly duration: string;
  readonly inFlight: string;
  readonly requestSize: string;
  readonly responseSize: string;
  readonly responseStart: string;
  readonly aborted: string;
  readonly errors: string;
  /** The labels of each histogram: what they tell, and what they are called. */
  readonly labels: readonly (readonly [Fact, string])[];
  readonly inFlightLabels: readonly (readonly [Fact, string])[];
  readonly abortedLabels: readonly (readonly [Fact, string])[];
  readonly errorLabels: readonly (readonly [Fact, string])[];
  /** The method that is none of the known ones. */
  readonly otherMethod: string;
  /** The least status that is an error by itself. */
  readonly leastError: number;
  /** The status of a request that ended before one was sent or received. */
  readonly noStatus: string;
}

export function serverNames(names: Names = 'prometheus'): Vocabulary {
  return names === 'prometheus' ? {
    ...metricNames('http_'),
    duration: 'http_request_duration_seconds',
    labels: [['method', 'method'], ['peer', 'route'], ['status', 'status_code']],
    inFlightLabels: [],
    abortedLabels: [['method', 'method'], ['peer', 'route']],
    errorLabels: [],
    leastError: 500,
    otherMethod: 'OTHER',
    // As nginx has it: the client closed the request.
    noStatus: '499',
  } : {
    ...openTelemetryNames('http_server_'),
    labels: [
      ['method', 'http_request_method'], ['peer', 'http_route'], ['status', 'http_response_status_code'],
      ['scheme', 'url_scheme'], ['version', 'network_protocol_version'], ['error', 'error_type'],
    ],
    inFlightLabels: [['method', 'http_request_method'], ['scheme', 'url_scheme']],
    abortedLabels: [['method', 'http_request_method'], ['peer', 'http_route']],
    errorLabels: [],
    leastError: 500,
    otherMethod: '_OTHER',
    noStatus: '',
  };
}

export function clientNames(names: Names = 'prometheus'): Vocabulary {
  return names === 'prometheus' ? {
    ...metricNames('http_client_'),
    duration: 'http_client_request_duration_seconds',
    labels: [['method', 'method'], ['peer', 'host'], ['status', 'status_code']],
    inFlightLabels: [],
    abortedLabels: [['method', 'method'], ['peer', 'host']],
    errorLabels: [['method', 'method'], ['peer', 'host'], ['error', 'code']],
    leastError: 400,
    otherMethod: 'OTHER',
    noStatus: 'error',
  } : {
    ...openTelemetryNames('http_client_'),
    labels: [
      ['method', 'http_request_method'], ['peer', 'server_address'], ['port', 'server_port'], ['status', 'http_response_status_code'],
      ['scheme', 'url_scheme'], ['version', 'network_protocol_version'], ['error', 'error_type'],
    ],
    inFlightLabels: [['method', 'http_request_method'], ['scheme', 'url_scheme']],
    abortedLabels: [['method', 'http_request_method'], ['peer', 'server_address'], ['port', 'server_port']],
    errorLabels: [['method', 'http_request_method'], ['peer', 'server_address'], ['port', 'server_port'], ['error', 'error_type']],
    leastError: 400,
    otherMethod: '_OTHER',
    noStatus: '',
  };
}

function metricNames(prefix: string) {
  return {
    inFlight: `${prefix}requests_in_flight`,
    requestSize: `${prefix}request_size_bytes`,
    responseSize: `${prefix}response_size_bytes`,
    responseStart: `${prefix}response_start_seconds`,
    aborted: `${prefix}requests_aborted_total`,
    errors: `${prefix}request_errors_total`,
  };
}

function openTelemetryNames(prefix: string) {
  return {
    ...metricNames(prefix),
    duration: `${prefix}request_duration_seconds`,
    inFlight: `${prefix}active_requests`,
    requestSize: `${prefix}request_body_size_bytes`,
    responseSize: `${prefix}response_body_size_bytes`,
  };
}
