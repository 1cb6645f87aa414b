// The least that a text writer could do: every line's beginning made in advance, the number put after it, and
// the chunks made into bytes. No registry, no families, no points; what promlet adds to it is its model.

import type { Built } from './registries.ts';
import { expositionOf } from './registries.ts';
import { CHANGE } from './workloads.ts';

export interface Floor {
  change(): void;
  scrape(): readonly Uint8Array[];
}

const CHUNK_SIZE = 32 * 1024;

/** @param model - Whose lines the floor prints. */
export async function floorOf(model: Built): Promise<Floor> {
  const starts: string[] = [];
  const values: number[] = [];
  let start = '';
  for (const line of (await expositionOf(model)).trimEnd().split('\n')) {
    const valueAt = line.startsWith('#') ? line.length : line.lastIndexOf(' ') + 1;
    start += line.slice(0, valueAt);
    if (!line.startsWith('#')) {
      // Through bytes, so that the string is flat and has no parent that it keeps.
      starts.push(Buffer.from(start).toString());
      values.push(Number(line.slice(valueAt)));
      start = '';
    }
    start += '\n';
  }
  const encoder = new TextEncoder();
  return {
    change() {
      for (let i = 0; i < values.length; i++) values[i]! += CHANGE.counter;
    },
    scrape() {
      const chunks: Uint8Array[] = [];
      let chunk = '';
      for (let i = 0; i < starts.length; i++) {
        chunk += starts[i]! + values[i]!;
        if (chunk.length < CHUNK_SIZE) continue;
        chunks.push(encoder.encode(chunk));
        chunk = '';
      }
      chunks.push(encoder.encode(`${chunk}\n`));
      return chunks;
    },
  };
}
