// The formats that the commands read, by the names that `--format` has for them.

import type { MetricFamily } from '../core/model.ts';
import { parse, parseProtobuf } from '../parse.ts';

export type InputFormat = 'text' | 'openmetrics' | 'openmetrics2' | 'protobuf';

interface Input {
  /** As sentences call it. */
  readonly title: string;
  /** What to ask a server for. */
  readonly accept: string;
  /** The format that input may have instead, where it was taken for this one. */
  readonly mistakenFor: InputFormat;
  /** @throws {ParseError} for input that is not valid */
  read(bytes: Uint8Array): readonly MetricFamily[];
}

export const INPUT_FORMATS: Readonly<Record<InputFormat, Input>> = {
  text: { title: 'text', accept: 'text/plain;version=0.0.4', mistakenFor: 'openmetrics', read: (bytes) => parse(bytes) },
  openmetrics: { title: 'OpenMetrics', accept: 'application/openmetrics-text;version=1.0.0', mistakenFor: 'text', read: (bytes) => parse(bytes, { format: 'openmetrics' }) },
  openmetrics2: { title: 'OpenMetrics 2.0', accept: 'application/openmetrics-text;version=2.0.0', mistakenFor: 'openmetrics', read: (bytes) => parse(bytes, { format: 'openmetrics2' }) },
  protobuf: { title: 'protobuf', accept: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited', mistakenFor: 'text', read: parseProtobuf },
};

/** The names, as a sentence has them. */
export const INPUT_NAMES = 'text, openmetrics, openmetrics2 or protobuf';

/**
 * What to ask a server for where the user names no format: what a Prometheus with its defaults would get. OpenMetrics 2.0 is
 * experimental, and protobuf is asked for by those alone who want native histograms or start timestamps; what answers in
 * one of these nevertheless is read as its Content-Type says.
 */
export const ACCEPT_ANY: string = `${INPUT_FORMATS.openmetrics.accept},${INPUT_FORMATS.text.accept};q=0.5,*/*;q=0.1`;

export function isInputFormat(name: string): name is InputFormat {
  return Object.hasOwn(INPUT_FORMATS, name);
}
