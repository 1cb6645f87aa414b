// How a series begins its line in the text formats: all of the line but its number, the same at every scrape,
// and so rendered once. Instruments make it, writers add to it or take the labels out of it again.

import { escapeLabelValue } from './labels.ts';

/** From a line feed to the blank before the value: `\nhttp_requests_total{method="GET"} `. */
export function sampleStart(name: string, labelNames: readonly string[], labelValues: readonly string[]): string {
  const pairs = labelPairs(labelNames, labelValues);
  return flat(pairs.length === 0 ? ['\n', name, ' '] : ['\n', name, '{', ...pairs, '} ']);
}

/** From a line feed to a bucket's bound: `\nh_bucket{method="GET",le="`. */
export function bucketStart(name: string, labelNames: readonly string[], labelValues: readonly string[]): string {
  const pairs = labelPairs(labelNames, labelValues);
  return flat(pairs.length === 0 ? ['\n', name, '_bucket{le="'] : ['\n', name, '_bucket{', ...pairs, ',le="']);
}

/** The label block of a `sampleStart`, with the blank after it: `{method="GET"} `; a blank without labels. */
export function blockOfSampleStart(start: string, name: string): string {
  return start.slice('\n'.length + name.length);
}

/** The same of a `bucketStart`, without the bound. */
export function blockOfBucketStart(start: string, name: string): string {
  const block = start.slice('\n_bucket'.length + name.length, -',le="'.length);
  return block === '' ? ' ' : `${block}} `;
}

function labelPairs(names: readonly string[], values: readonly string[]): string[] {
  return names.map((name, i) => `${i === 0 ? '' : ','}${name}="${escapeLabelValue(values[i]!)}"`);
}

// Joined, not added up: it is kept for the life of the series, and should not keep the tree of its parts.
function flat(parts: readonly string[]): string {
  return parts.join('');
}
