// What scrapers ask for, and what may be answered: the media types of the formats, and how each is read.

import { isLabelName, isMetricName } from '../core/names.ts';
import type { MetricFamily } from '../core/model.ts';
import { clauses } from '../formats/accept.ts';
import type { Clause } from '../formats/accept.ts';
import { parse, parseProtobuf } from '../parse.ts';
import type { ReadFormat } from './consistency.ts';

export interface Scraper {
  readonly title: string;
  /** Absent: it sends none. */
  readonly accept?: string;
  readonly isGzip?: boolean;
}

const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';

export const SCRAPERS: readonly Scraper[] = [
  { title: 'without Accept' },
  { title: 'for the text format', accept: 'text/plain;version=0.0.4' },
  { title: 'for OpenMetrics', accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' },
  { title: 'as Prometheus 2 does', isGzip: true, accept: 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1' },
  {
    title: 'as Prometheus 3 does',
    isGzip: true,
    accept: 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  },
  { title: 'for protobuf', accept: `${PROTOBUF},text/plain;version=0.0.4;q=0.5` },
  { title: 'for OpenMetrics 2.0', accept: 'application/openmetrics-text;version=2.0.0,text/plain;version=0.0.4;q=0.5' },
];

/** A format that an answer is in. */
export interface AnsweredFormat {
  readonly format: ReadFormat;
  /** Whether names may have any characters. */
  readonly isUtf8: boolean;
  /** @throws {ParseError} */
  read(body: Uint8Array): readonly MetricFamily[];
}

/** The format that a `Content-Type` says. @throws an `Error` where that is none, or was not asked for */
export function answeredFormat(contentType: string | undefined, accept: string | undefined): AnsweredFormat {
  const [answered] = clauses(contentType);
  const format = answered && formatOf(answered);
  if (format === undefined) throw new Error(`Content-Type: expected that of an exposition, such as "text/plain; version=0.0.4; charset=utf-8", got ${contentType === undefined ? 'none' : `"${contentType}"`}`);
  const charset = answered!.parameters.get('charset');
  if (format !== 'protobuf' && charset !== undefined && charset.toLowerCase() !== 'utf-8') throw new Error(`Content-Type: expected the charset utf-8, got "${charset}"`);
  const asked = clauses(accept).filter(({ quality }) => quality > 0);
  const isAsked = accept === undefined || asked.some((clause) => clause.value === '*/*' || (clause.value === answered!.value && isVersion(clause, answered!)));
  if (!isAsked) throw new Error(`Content-Type: expected one of those that were asked for, got "${contentType}"`);
  const isUtf8 = format === 'openmetrics2' || answered!.parameters.get('escaping') === 'allow-utf-8';
  return { format, isUtf8, read: format === 'protobuf' ? parseProtobuf : (body) => parse(body, { format }) };
}

function formatOf({ value, parameters }: Clause): ReadFormat | undefined {
  const version = parameters.get('version') ?? '';
  if (value === 'text/plain') return /^(?:0\.0\.4|1\.0\.0)?$/.test(version) ? 'text' : undefined;
  if (value === 'application/openmetrics-text') return version.startsWith('2.') ? 'openmetrics2' : 'openmetrics';
  const isDelimited = parameters.get('proto') === 'io.prometheus.client.MetricFamily' && parameters.get('encoding') === 'delimited';
  return value === 'application/vnd.google.protobuf' && isDelimited ? 'protobuf' : undefined;
}

// An answer without a version is of the first.
function isVersion(asked: Clause, answered: Clause): boolean {
  const [wanted, got] = [asked, answered].map(({ parameters }) => parameters.get('version'));
  return wanted === undefined || got === undefined || wanted === got;
}

/** A name that the scraper did not ask to get as it is. */
export function foreignName(families: readonly MetricFamily[], { isUtf8 }: AnsweredFormat): string | undefined {
  if (isUtf8) return undefined;
  for (const { name, points, constantLabels = {} } of families) {
    if (!isMetricName(name)) return name;
    for (const { labels } of points) for (const label of Object.keys({ ...constantLabels, ...labels })) if (!isLabelName(label) && label !== name) return label;
  }
  return undefined;
}
