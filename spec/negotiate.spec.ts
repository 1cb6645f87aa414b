// Which format and which coding an answer has, by what the scraper's headers say.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { negotiate, openMetrics, text, text1 } from '../lib/index.ts';
import type { Format } from '../lib/index.ts';
import { openMetrics2 } from '../lib/openmetrics2.ts';
import { protobuf } from '../lib/protobuf.ts';
import { acceptsGzip } from '../lib/scraping/encoding.ts';
import { assertLinear } from './growth.ts';

const formats = [text, text1, openMetrics];

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const text1As = (escaping: string): string => `text/plain; version=1.0.0; charset=utf-8; escaping=${escaping}`;
const openMetricsAs = (escaping: string): string => `application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=${escaping}`;

const PROMETHEUS_2 =
  'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const PROMETHEUS_3 =
  'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
const PROMETHEUS_3_PROTOBUF = `application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,${PROMETHEUS_3}`;

/** What is asked for, and the answer's `Content-Type`. */
const ASKED: readonly (readonly [why: string, accept: string | readonly string[] | undefined, contentType: string])[] = [
  ['no header', undefined, TEXT],
  ['an empty header', '', TEXT],
  ['commas alone', ', ,', TEXT],
  ['garbage', ';;=",,', TEXT],
  ['a type that is not on offer', 'application/json', TEXT],
  ['any type', '*/*', TEXT],
  ['a bare star', '*', TEXT],
  ['any text', 'text/*', TEXT],
  ['Chrome', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7', TEXT],
  ['Firefox', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', TEXT],
  ['Prometheus 2', PROMETHEUS_2, openMetricsAs('underscores')],
  ['Prometheus 3', PROMETHEUS_3, openMetricsAs('allow-utf-8')],
  ['Prometheus 3 that prefers protobuf', PROMETHEUS_3_PROTOBUF, openMetricsAs('allow-utf-8')],
  ['text without a version', 'text/plain', TEXT],
  ['text 0.0.4', 'text/plain;version=0.0.4', TEXT],
  ['text 1.0.0', 'text/plain;version=1.0.0', text1As('underscores')],
  ['text 1.0.0 with names as they are', 'text/plain;version=1.0.0;escaping=allow-utf-8', text1As('allow-utf-8')],
  ['text 1.0.0 with dots', 'text/plain; version=1.0.0; escaping=dots', text1As('dots')],
  ['text 1.0.0 with values', 'text/plain; version=1.0.0; escaping=values', text1As('values')],
  ['an escaping that nobody knows', 'text/plain;version=1.0.0;escaping=evil\r\nX: y', text1As('underscores')],
  ['a version of text that nobody knows', 'text/plain;version=9.9.9', TEXT],
  ['OpenMetrics without a version', 'application/openmetrics-text', openMetricsAs('underscores')],
  ['OpenMetrics 1.0.0', 'application/openmetrics-text; version=1.0.0; charset=utf-8', openMetricsAs('underscores')],
  ['OpenMetrics 0.0.1 alone', 'application/openmetrics-text;version=0.0.1', openMetricsAs('underscores')],
  ['OpenMetrics 0.0.1 as Prometheus 3 asks for it alone', 'application/openmetrics-text;version=0.0.1;q=0.7,*/*;q=0.6', openMetricsAs('underscores')],
  ['OpenMetrics 2.0.0 alone', 'application/openmetrics-text;version=2.0.0', openMetricsAs('underscores')],
  ['OpenMetrics 2.0.0 with names as they are', 'application/openmetrics-text;version=2.0.0;escaping=allow-utf-8;q=0.7,*/*;q=0.6', openMetricsAs('allow-utf-8')],
  ['OpenMetrics 2.0.0, else 1.0.0', 'application/openmetrics-text;version=2.0.0;escaping=dots;q=0.7,application/openmetrics-text;version=1.0.0;escaping=values;q=0.6,text/plain;q=0.5', openMetricsAs('values')],
  ['OpenMetrics 0.0.1 before text', 'application/openmetrics-text;version=0.0.1;q=0.6,text/plain;version=0.0.4;q=0.4', openMetricsAs('underscores')],
  ['OpenMetrics 0.0.1 after text', 'application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.6', TEXT],
  ['OpenMetrics 2.0.0 after text 1.0.0', 'text/plain;version=1.0.0;q=0.7,application/openmetrics-text;version=2.0.0;q=0.6', text1As('underscores')],
  ['OpenMetrics 2.0.0 and text, equally', 'application/openmetrics-text;version=2.0.0,text/plain;version=0.0.4', TEXT],
  ['OpenMetrics 0.0.1, but 1.0.0 refused', 'application/openmetrics-text;version=0.0.1,application/openmetrics-text;version=1.0.0;q=0', TEXT],
  ['OpenMetrics 0.0.1 refused, 1.0.0 asked for', 'application/openmetrics-text;version=0.0.1;q=0,application/openmetrics-text;version=1.0.0', openMetricsAs('underscores')],
  ['OpenMetrics 0.0.1 refused', 'application/openmetrics-text;version=0.0.1;q=0', TEXT],
  ['OpenMetrics 1.1.0 alone', 'application/openmetrics-text;version=1.1.0', TEXT],
  ['OpenMetrics 3.0.0 alone', 'application/openmetrics-text;version=3.0.0', TEXT],
  ['OpenMetrics 3.0.0, else text 1.0.0', 'application/openmetrics-text;version=3.0.0,text/plain;version=1.0.0;q=0.1', text1As('underscores')],
  ['OpenMetrics abc', 'application/openmetrics-text;version=abc', TEXT],
  ['a quoted version', 'application/openmetrics-text;version="1.0.0"', openMetricsAs('underscores')],
  ['a quoted version with an escape', 'application/openmetrics-text;version="1\\.0.0"', openMetricsAs('underscores')],
  ['a comma and a semicolon in quotes', 'text/html;x="a,application/openmetrics-text;q=1",text/plain;q=0.5', TEXT],
  ['a quote that is never closed', 'application/openmetrics-text;version="1.0.0', TEXT],
  ['upper case', 'Application/OpenMetrics-Text;VERSION=1.0.0;Q=0.9', openMetricsAs('underscores')],
  ['blanks and tabs around everything', ' application/openmetrics-text ;\tversion = 1.0.0 ; q = 0.9 ', openMetricsAs('underscores')],
  ['OpenMetrics refused', 'application/openmetrics-text;version=1.0.0;q=0', TEXT],
  ['OpenMetrics refused, text at 0.5', 'application/openmetrics-text;version=1.0.0;q=0,text/plain;version=0.0.4;q=0.5', TEXT],
  ['OpenMetrics refused, anything else', 'application/openmetrics-text;q=0,*/*', TEXT],
  ['everything refused', '*/*;q=0', TEXT],
  ['any application', 'application/*', openMetricsAs('underscores')],
  ['any application but OpenMetrics', 'application/*,application/openmetrics-text;q=0', TEXT],
  ['text first by quality', 'text/plain;q=0.9,application/openmetrics-text;q=0.1', TEXT],
  ['OpenMetrics first by quality', 'text/plain;version=0.0.4;q=0.3,application/openmetrics-text;version=1.0.0;q=0.9', openMetricsAs('underscores')],
  ['equal quality, text first', 'text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0', TEXT],
  ['equal quality, OpenMetrics first', 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4', openMetricsAs('underscores')],
  ['equal quality, by name before anything', '*/*,application/openmetrics-text', openMetricsAs('underscores')],
  ['a quality that is no number', 'application/openmetrics-text;q=high,text/plain;q=0.1', TEXT],
  ['a quality of NaN', 'application/openmetrics-text;q=NaN', TEXT],
  ['an empty quality', 'application/openmetrics-text;q=,text/plain;q=0.1', TEXT],
  ['a quality above 1', 'text/plain;q=1,application/openmetrics-text;q=7', TEXT],
  ['the better of two escapings', 'text/plain;version=1.0.0;escaping=dots;q=0.3,text/plain;version=1.0.0;escaping=values;q=0.4', text1As('values')],
  ['an escaping in another clause', 'application/json;escaping=allow-utf-8, text/plain', TEXT],
  ['an escaping in another clause of higher quality', 'application/json;escaping=allow-utf-8;q=0.9,text/plain;version=1.0.0;q=0.5', text1As('underscores')],
  ['several headers', ['text/html', 'application/openmetrics-text;version=1.0.0'], openMetricsAs('underscores')],
];

for (const [why, accept, contentType] of ASKED) {
  test(`answers "${why}" with ${contentType}`, () => {
    assert.equal(negotiate(accept, formats).contentType, contentType);
  });
}

const everything: readonly Format<string | Uint8Array>[] = [text, text1, openMetrics, protobuf, openMetrics2];

const PROTOBUF = 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';
const protobufAs = (escaping: string): string => `application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited; escaping=${escaping}`;
const OPENMETRICS_2 = 'application/openmetrics-text; version=2.0.0; charset=utf-8';

/** What changes where protobuf and OpenMetrics 2.0 are on offer too: for all else they are as good as absent. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'Prometheus 3 that prefers protobuf': protobufAs('underscores'),
  'OpenMetrics 2.0.0 alone': OPENMETRICS_2,
  'OpenMetrics 2.0.0 with names as they are': OPENMETRICS_2,
  'OpenMetrics 2.0.0, else 1.0.0': `${OPENMETRICS_2}; escaping=dots`,
  'OpenMetrics 2.0.0 and text, equally': OPENMETRICS_2,
};

for (const [why, accept, contentType] of ASKED) {
  const expected = OTHERWISE[why] ?? contentType;
  test(`of everything on offer, answers "${why}" with ${expected}`, () => {
    assert.equal(negotiate(accept, everything).contentType, expected);
  });
}

const ASKED_OF_EVERYTHING: readonly (readonly [why: string, accept: string, contentType: string])[] = [
  ['Prometheus 2.42 with native histograms', `${PROTOBUF},application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1`, protobufAs('underscores')],
  ['Telegraf', `${PROTOBUF};q=0.7,text/plain;version=0.0.4;q=0.3`, protobufAs('underscores')],
  ['protobuf with names as they are', `${PROTOBUF};escaping=allow-utf-8`, protobufAs('allow-utf-8')],
  ['protobuf alone', `${PROTOBUF};q=0.7,*/*;q=0.6`, protobufAs('underscores')],
  ['protobuf of lower rank', `text/plain;version=0.0.4;q=0.9,${PROTOBUF};q=0.5`, TEXT],
  ['protobuf in upper case', PROTOBUF.toUpperCase().replace('IO.PROMETHEUS.CLIENT.METRICFAMILY', 'io.prometheus.client.MetricFamily').replace('DELIMITED', 'delimited'), protobufAs('underscores')],
  ['protobuf without its message', 'application/vnd.google.protobuf', TEXT],
  ['protobuf as text', 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text', TEXT],
  ['other messages', 'application/vnd.google.protobuf;proto=io.prometheus.write.v2.Request;encoding=delimited', TEXT],
  ['protobuf refused', `${PROTOBUF};q=0,*/*`, TEXT],
  ['any application', 'application/*', openMetricsAs('underscores')],
  ['OpenMetrics 2.0.0 of lower rank', 'application/openmetrics-text;version=1.0.0;q=0.7,application/openmetrics-text;version=2.0.0;q=0.6', openMetricsAs('underscores')],
  ['OpenMetrics 2.0.0 of the same rank, named second', 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=2.0.0', openMetricsAs('underscores')],
  ['OpenMetrics without a version, the other refused', 'application/openmetrics-text;version=1.0.0;q=0,application/openmetrics-text', TEXT],
  ['OpenMetrics 2.0.0 with underscores', 'application/openmetrics-text;version=2.0.0;escaping=underscores', `${OPENMETRICS_2}; escaping=underscores`],
];

for (const [why, accept, contentType] of ASKED_OF_EVERYTHING) {
  test(`of everything on offer, answers "${why}" with ${contentType}`, () => {
    assert.equal(negotiate(accept, everything).contentType, contentType);
    assert.equal(negotiate(accept, [...everything.slice(0, 3), ...everything.slice(3).reverse()]).contentType, contentType);
  });
}

test('the first format on offer is for those who ask for nothing in particular', () => {
  assert.equal(negotiate('*/*', [openMetrics, text]).name, 'openmetrics');
  assert.equal(negotiate('application/openmetrics-text', [text]).name, 'text');
});

test('a format of the version itself comes before one that stands for it', () => {
  const { withEscaping: _, ...unescaped } = openMetrics;
  const openMetrics2: Format = { ...unescaped, name: 'openmetrics2', version: '2.0.0' };
  for (const offered of [[text, openMetrics, openMetrics2], [text, openMetrics2, openMetrics]]) {
    assert.equal(negotiate('application/openmetrics-text;version=2.0.0,application/openmetrics-text;version=1.0.0;q=0.5', offered).name, 'openmetrics2');
    assert.equal(negotiate('application/openmetrics-text;version=1.0.0', offered).name, 'openmetrics');
  }
});

test('formats of bytes and of text are offered side by side', () => {
  const binary: Format<Uint8Array> = { name: 'binary', mediaType: 'application/x', version: '1', contentType: 'application/x', write: () => [new Uint8Array(0)] };
  const offered: readonly Format<string | Uint8Array>[] = [text, binary];
  assert.equal(negotiate('application/x;q=0.7,*/*;q=0.6', offered).name, 'binary');
  assert.equal(negotiate('*/*', offered).name, 'text');
});

test('the time that a header takes grows no faster than its length', () => {
  const hostile: readonly ((length: number) => string)[] = [
    (length) => 'text/plain;'.repeat(length / 11),
    (length) => '"'.repeat(length),
    (length) => 'a"\\'.repeat(length / 3),
    (length) => `${' '.repeat(length)}x`,
    (length) => '*/*,'.repeat(length / 4),
  ];
  for (const make of hostile) {
    assertLinear(make(22), 4_000, (length) => {
      const accept = make(length);
      return () => negotiate(accept, formats);
    });
  }
});

const CODED: readonly (readonly [acceptEncoding: string | undefined, isGzip: boolean])[] = [
  [undefined, false],
  ['', false],
  ['gzip', true],
  ['GZIP', true],
  ['gzip;q=1.0', true],
  ['gzip ; q=0.2', true],
  ['gzip;q=0', false],
  ['gzip;q=0.000', false],
  ['*', false],
  ['identity', false],
  ['br', false],
  ['gzip, deflate, br', true],
  ['zstd,gzip', true],
  ['identity;q=0.5, gzip;q=1', true],
  ['gzip;q=0.5, identity;q=0.9', false],
  ['gzip, identity', false],
  ['identity;q=0', false],
  ['gzip;q=x', false],
];

for (const [acceptEncoding, isGzip] of CODED) {
  test(`answers Accept-Encoding ${JSON.stringify(acceptEncoding)} with ${isGzip ? 'gzip' : 'identity'}`, () => {
    assert.equal(acceptsGzip(acceptEncoding), isGzip);
  });
}
