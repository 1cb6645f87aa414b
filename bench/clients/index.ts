// The clients that run in this process, and which of them the engine is new enough for.

import { readFileSync } from 'node:fs';

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

export function clientNamed(name: string): Client {
  const client = CLIENTS.find((each) => each.name === name);
  if (client === undefined) throw new Error(`no client ${name}; there are ${CLIENTS.map((each) => each.name).join(', ')}`);
  return client;
}

export interface PackageFacts {
  readonly version: string;
  /** Why it cannot run here; absent where it can. */
  readonly skipped?: string;
}

/** @param directory - Where the package's `package.json` is. */
export function packageFacts(directory: string): PackageFacts {
  const { version, engines } = JSON.parse(readFileSync(`${directory}/package.json`, 'utf8')) as { version: string; engines?: { node?: string } };
  const range = engines?.node;
  if (range === undefined || satisfies(process.versions.node, range)) return { version };
  return { version, skipped: `needs Node ${range}, this is ${process.versions.node}` };
}

// As much of version ranges as the packages here use: `^20`, `>=22.15.0`, `||` between.
function satisfies(version: string, range: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return range.split('||').some((part) => {
    const [, operator, wantedMajor, wantedMinor = '0'] = /^\s*(\^|>=)\s*(\d+)(?:\.(\d+))?/.exec(part) ?? [];
    if (operator === undefined) throw new Error(`the benchmark cannot read the version range ${range}`);
    const isSameMajor = major === Number(wantedMajor);
    return isSameMajor ? minor >= Number(wantedMinor) : operator === '>=' && major > Number(wantedMajor);
  });
}
