// What scrapers can choose from, and which of it one gets.

import { MetricError } from '../core/errors.ts';
import type { Format } from '../formats/format.ts';
import { lineSafe } from '../formats/line-safe.ts';
import { negotiate } from '../formats/negotiate.ts';
import { openMetrics, openMetricsWith } from '../formats/openmetrics.ts';
import { openMetrics2 } from '../formats/openmetrics2.ts';
import { protobuf } from '../formats/protobuf.ts';
import { text } from '../formats/text.ts';
import { text1 } from '../formats/text1.ts';
import { acceptsGzip } from './encoding.ts';
import { header } from './request.ts';
import type { RequestHead } from './request.ts';

export interface OfferOptions {
  /** What scrapers can choose from; the first is for those who ask for nothing in particular. @default text, text1, openMetrics, protobuf, openMetrics2 */
  readonly formats?: readonly Format<string | Uint8Array>[] | undefined;
  /**
   * Whether scrapers that prefer OpenMetrics get it. It spells bounds as `le="1.0"`, which Prometheus 2 takes
   * for another series than the `le="1"` of the text format. @default true
   */
  readonly openMetrics?: boolean | undefined;
  /**
   * Whether OpenMetrics shows `_created` samples, which say when counting began. Each is one more series for a
   * Prometheus that does not know them. @default false
   */
  readonly created?: boolean | undefined;
  /**
   * Whether characters that some readers take for the end of a line, such as a carriage return or U+2028, are shown by
   * a sign for them. Datadog's agent loses a scrape that has one. @default false
   */
  readonly lineSafe?: boolean | undefined;
  /** Whether answers of more than 1 KiB are compressed for scrapers that accept gzip. @default true */
  readonly compress?: boolean | undefined;
}

const COMPRESSED_FROM = 1024;

export interface Offer {
  /** The format that the scraper likes best. */
  formatFor(request: RequestHead): Format<string | Uint8Array>;
  /** Whether the scraper gets so many bytes compressed. */
  isCompressed(request: RequestHead, bytes: number): boolean;
}

/** @throws {MetricError} `ERR_OPTION` where nothing is on offer */
export function offerOf(options: OfferOptions): Offer {
  const { compress = true } = options;
  const formats = offeredFormats(options);
  const negotiated = remembering((accept) => negotiate(accept, formats));
  const takesGzip = remembering(acceptsGzip);
  return {
    formatFor: (request) => negotiated(header(request, 'accept')),
    isCompressed: (request, bytes) => compress && bytes >= COMPRESSED_FROM && takesGzip(header(request, 'accept-encoding')),
  };
}

function offeredFormats({ formats = [text, text1, openMetrics, protobuf, openMetrics2], openMetrics: hasOpenMetrics = true, created = false, lineSafe: isLineSafe = false }: OfferOptions): Format<string | Uint8Array>[] {
  const offered: Format<string | Uint8Array>[] = [];
  for (const format of formats) {
    if (!hasOpenMetrics && format.mediaType === openMetrics.mediaType) continue;
    const chosen = created && format.name === openMetrics.name ? openMetricsWith({ created }) : format;
    offered.push(isLineSafe ? lineSafe(chosen) : chosen);
  }
  if (offered.length === 0) throw new MetricError('ERR_OPTION', 'formats: expected one format or more, got none');
  return offered;
}

const MOST_KEPT = 32;
const LONGEST_KEPT = 1024;

/** The same function, which keeps results: of scrapers' headers, few differ. */
function remembering<Result>(compute: (value: string | undefined) => Result): (value: string | undefined) => Result {
  const kept = new Map<string | undefined, Result>();
  return (value) => {
    const known = kept.get(value);
    if (known !== undefined) return known;
    const result = compute(value);
    if (kept.size >= MOST_KEPT) kept.clear();
    if ((value?.length ?? 0) <= LONGEST_KEPT) kept.set(value, result);
    return result;
  };
}
