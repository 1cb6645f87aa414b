// What the README's first lines print, by prom-client and by promlet. `node --import tsx bench/proof.ts` runs them with
// both and writes `proof.json`, which `spec/proof.spec.ts` compares with the README and with both packages.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { Counter, Registry, render } from '../lib/index.ts';
import { BENCH, ROOT } from './paths.ts';

export interface Proof {
  /** Of prom-client. */
  readonly version: string;
  readonly lines: string;
  /** By package: the samples, without `HELP` and `TYPE`. */
  readonly printed: Readonly<Record<'prom-client' | 'promlet', string>>;
}

interface Peer {
  readonly Registry: new () => { metrics(): Promise<string> };
  readonly Counter: new (options: object) => unknown;
}

const FILE = join(BENCH, 'proof.json');
const ORDERS = { name: 'orders_total', help: 'Orders.', labelNames: ['from', 'to'] } as const;
const PAID = { name: 'paid_total', help: 'Paid.' };

/** The lines as the README shows them. */
export function linesOfReadme(): string {
  return /^```js\n([^]*?)^```/m.exec(readFileSync(join(ROOT, 'README.md'), 'utf8'))![1]!;
}

export function readProof(): Proof {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Proof;
}

/** What the lines print with promlet. */
export function printedByPromlet(lines: string): string {
  const registry = new Registry({ onWarning: () => {} });
  execute(lines, registry.register(new Counter(ORDERS)), registry.register(new Counter(PAID)));
  return samples(render(registry)).filter((line) => !line.startsWith('promlet_')).join('\n');
}

/** What the lines print with prom-client. @param load - From where it is installed. */
export async function printedByPeer(lines: string, load: NodeJS.Require): Promise<Pick<Proof, 'version'> & { readonly printed: string }> {
  const { Counter: PeerCounter, Registry: PeerRegistry } = load('prom-client') as Peer;
  const register = new PeerRegistry();
  const counter = (options: object): unknown => new PeerCounter({ ...options, registers: [register] });
  execute(lines, counter(ORDERS), counter(PAID));
  const { version } = load('prom-client/package.json') as { readonly version: string };
  return { version, printed: samples(await register.metrics()).join('\n') };
}

function execute(lines: string, orders: unknown, paid: unknown): void {
  new Function('orders', 'paid', lines)(orders, paid);
}

function samples(exposition: string): string[] {
  return exposition.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const lines = linesOfReadme();
  const { version, printed } = await printedByPeer(lines, createRequire(join(BENCH, 'package.json')));
  const proof: Proof = { version, lines, printed: { 'prom-client': printed, promlet: printedByPromlet(lines) } };
  writeFileSync(FILE, `${JSON.stringify(proof, undefined, 1)}\n`);
}
