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

/** The names of those that are compared; in a quick run promlet and the one that most people would take instead. */
export function compared({ isQuick }: Scale): string[] {
  return CLIENTS.slice(0, isQuick ? 2 : undefined).map(({ name }) => name);
}

export function clientNamed(name: string): Client {
  const client = CLIENTS.find((each) => each.name === name);
  if (client === undefined) throw new Error(`no client ${name}; there are ${CLIENTS.map((each) => each.name).join(', ')}`);
  return client;
}
