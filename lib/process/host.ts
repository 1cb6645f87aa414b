// The engine and the system as the groups see them. Specs bring others.

import { isMainThread } from 'node:worker_threads';

/** Milliseconds from one call of `beat` to the next. A timer costs an idle process some 0.2 ms each time. */
export const BEAT_MS = 2_000;

export interface Host {
  readonly engine: 'node' | 'bun' | 'deno';
  /** Of Node, or of what the engine says that it is compatible with. */
  readonly version: string;
  readonly platform: string;
  readonly isMainThread: boolean;
  /** The folder that `/proc` and `/sys` are in. */
  readonly root: string;
  /** Milliseconds that never go back. */
  now(): number;
}

export function ownHost(): Host {
  const { bun, deno, node } = process.versions as { readonly bun?: string; readonly deno?: string; readonly node: string };
  return {
    engine: bun !== undefined ? 'bun' : deno !== undefined ? 'deno' : 'node',
    version: node,
    platform: process.platform,
    isMainThread,
    root: '',
    now: () => performance.now(),
  };
}

/** A number that engines other than Node give as 0 where they do not know it. */
export function known({ engine }: Host, value: number | undefined): number | undefined {
  return engine === 'node' || (value !== undefined && value > 0) ? value : undefined;
}
