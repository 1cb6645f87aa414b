// The clients that run in a process of JavaScript.

import type { Scale } from '../harness.ts';
import type { Client } from './client.ts';
import { opentelemetry } from './opentelemetry.ts';
import { promClient } from './prom-client.ts';
import { promlet } from './promlet.ts';

/** promlet first: the others are compared with it. */
export const CLIENTS: readonly Client[] = [
  promlet,
  promClient('prom-client'),
  promClient('@platformatic/prom-client'),
  promClient('@prometheus-io/client'),
  opentelemetry,
];

/**
 * The names of those that are compared.
 *
 * @param inQuick - How many of them in a quick run.
 */
export function compared({ isQuick }: Scale, inQuick: number): string[] {
  return CLIENTS.slice(0, isQuick ? inQuick : undefined).map(({ name }) => name);
}

export function clientNamed(name: string): Client {
  const client = CLIENTS.find((each) => each.name === name);
  if (client === undefined) throw new Error(`no client ${name}; there are ${CLIENTS.map((each) => each.name).join(', ')}`);
  return client;
}
