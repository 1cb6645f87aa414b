// The shortest way to an exposition: everything at once.

import { isKind } from '../core/brand.ts';
import { fault } from '../core/errors.ts';
import type { Collector, MetricFamily } from '../core/model.ts';
import type { Format, WriteWarning } from './format.ts';
import { text } from './text.ts';

export interface RenderOptions {
  /**
   * Called with what the format could not show as it came; see `Format.write`.
   *
   * @default the registry's own `onWarning`; of other sources the message goes to `console.warn`
   */
  readonly onWarning?: WriteWarning | undefined;
}

/**
 * The whole exposition, as one string; of a binary format, as bytes.
 *
 * Synchronous, and so without `refresh` hooks: `await registry.refresh()` first, where there are some. The source is
 * trusted: of collectors of your own nothing is checked, but what clashes or comes twice is renamed or left out.
 *
 * @param source - A registry, another collector, or families such as a parser returns.
 * @param format - @default text, version 0.0.4
 * @throws {MetricError} `ERR_OPTION` where there is no source, as `registry.get` returns none for a name that is not registered
 */
export function render(source: Collector | Iterable<MetricFamily>, format?: Format, options?: RenderOptions): string;
export function render(source: Collector | Iterable<MetricFamily>, format: Format<Uint8Array>, options?: RenderOptions): Uint8Array;
export function render(source: Collector | Iterable<MetricFamily>, format: Format<string | Uint8Array>, options?: RenderOptions): string | Uint8Array;
export function render(source: Collector | Iterable<MetricFamily>, format: Format<string | Uint8Array> = text, options: RenderOptions = {}): string | Uint8Array {
  if (typeof source !== 'object' || source === null) throw fault('ERR_OPTION', 'render', 'a registry, another collector, or families', source);
  const { onWarning = warningOf(source) } = options;
  const families = 'collect' in source ? source.collect() : source;
  const chunks = [...format.write(families, onWarning)];
  return typeof chunks[0] === 'object' ? bytesOf(chunks as Uint8Array[]) : (chunks as string[]).reduce((all, chunk) => all + chunk, '');
}

function warningOf(source: Collector | Iterable<MetricFamily>): WriteWarning {
  const { warnings } = source as { readonly warnings?: { readonly warn?: unknown } };
  if (isKind(source, 'registry', 'checked') && typeof warnings?.warn === 'function') return (warning) => (warnings as { warn: WriteWarning }).warn(warning);
  return ({ message }) => (globalThis as { console?: { warn(message: string): void } }).console?.warn(message);
}

function bytesOf(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
