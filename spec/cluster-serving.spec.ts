// Serving a group: one port for all its members, and what a scrape shows of them.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { relative } from 'node:path';
import { test } from 'node:test';

import { metricsHandler, serve } from '../lib/http.ts';
import type { MetricsServer } from '../lib/http.ts';
import { Counter, Registry } from '../lib/index.ts';
import { testFolder } from './cluster-folder.ts';

const local = { host: '127.0.0.1', port: 0 };

function registryWith(count: number): Registry {
  const registry = new Registry();
  registry.register(new Counter({ name: 'jobs_total', help: '' })).inc(count);
  return registry;
}

async function scraped({ url }: { readonly url: string }, query = '', headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(`${url}/metrics${query}`, { headers: { connection: 'close', ...headers } });
  assert.equal(response.status, 200);
  return response.text();
}

/** The same, as soon as anybody listens there. */
async function soonScraped(server: MetricsServer): Promise<string> {
  for (;;) {
    const text = await scraped(server).catch(() => undefined);
    if (text !== undefined) return text;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('a member stands by while another listens on the port, and takes over when that one ends', async (t) => {
  const { join } = testFolder(t);
  const first = await serve(await join(registryWith(1)), local);
  const second = await serve(await join(registryWith(20)), { ...local, port: first.port });
  t.after(() => second.close());
  assert.deepEqual([second.port, second.url], [first.port, first.url]);
  assert.match(await scraped(second), /^jobs_total 21$/m);
  await first.close();
  assert.match(await soonScraped(second), /^jobs_total 21$/m);
  const third = await serve(await join(registryWith(300)), { ...local, port: first.port });
  await third.close();
  await second.close();
  // Nobody stands by any more.
  await new Promise((resolve) => setTimeout(resolve, 600));
  await assert.rejects(scraped(second));
});

test('standing by is no error, however long it takes', async (t) => {
  const { join } = testFolder(t);
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const first = await serve(await join(registryWith(1)), { ...local, onError });
  const second = await serve(await join(registryWith(20)), { ...local, port: first.port, onError });
  // Longer than it takes to try to take over.
  await new Promise((resolve) => setTimeout(resolve, 600));
  await first.close();
  await soonScraped(second);
  await second.close();
  assert.deepEqual(errors, []);
});

test('who listens says so again where somebody removed its file', async (t) => {
  const { join, group, files } = testFolder(t);
  const first = await serve(await join(registryWith(1)), local);
  t.after(() => first.close());
  const held = files().filter((file) => file.endsWith('.held'));
  assert.equal(held.length, 1);
  rmSync(group.fileOf(held[0]!));
  while (!files().includes(held[0]!)) await new Promise((resolve) => setTimeout(resolve, 50));
  await (await serve(await join(registryWith(20)), { ...local, port: first.port })).close();
});

test('whoever stood by and was closed does not listen later', async (t) => {
  const { join } = testFolder(t);
  const first = await serve(await join(registryWith(1)), local);
  const second = await serve(await join(registryWith(20)), { ...local, port: first.port });
  await second[Symbol.asyncDispose]();
  await first.close();
  // Longer than it takes to take over.
  await new Promise((resolve) => setTimeout(resolve, 600));
  await assert.rejects(scraped(second));
});

test('a port that another program has is an error in a group too, as is one that the same member has', async (t) => {
  const { join } = testFolder(t);
  const group = await join(registryWith(1));
  await join(registryWith(1));
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await assert.rejects(serve(group, { ...local, port }), { code: 'EADDRINUSE', message: new RegExp(`^port ${port} of 127.0.0.1 is in use by another program`) });
  other.close();
  const own = await serve(group, local);
  await assert.rejects(serve(group, { ...local, port: own.port }), { code: 'EADDRINUSE' });
  await own.close();
});

test('a port in use without a group names promlet/cluster', async () => {
  const first = await serve(registryWith(1), local);
  await assert.rejects(serve(registryWith(1), { ...local, port: first.port }), { code: 'EADDRINUSE', message: /promlet\/cluster/ });
  await first.close();
});

test('members stand by for a socket file as for a port', async (t) => {
  const { join, path } = testFolder(t);
  const socketPath = `${path}/metrics.sock`;
  const first = await serve(await join(registryWith(1)), { socketPath });
  const second = await serve(await join(registryWith(20)), { socketPath: relative('', socketPath) });
  t.after(() => second.close());
  const scrapedThere = (): Promise<string> => new Promise((resolve, reject) => {
    request({ socketPath, path: '/metrics' }, async (response) => resolve((await response.setEncoding('utf8').toArray()).join(''))).on('error', reject).end();
  });
  assert.match(await scrapedThere(), /^jobs_total 21$/m);
  await first.close();
  for (;;) {
    const text = await scrapedThere().catch(() => undefined);
    if (text !== undefined) return assert.match(text, /^jobs_total 21$/m);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
});

test('a scraper’s deadline is kept, though a member hangs', async (t) => {
  const { join, addFake } = testFolder(t);
  const server = await serve(await join(registryWith(1)), local);
  t.after(() => server.close());
  await addFake();
  const text = await scraped(server, '', { 'x-prometheus-scrape-timeout-seconds': '5' });
  assert.match(text, /^jobs_total 1$/m);
  assert.match(text, /^promlet_group_member_up\{member="2"\} 0$/m);
  assert.match(text, /^promlet_group_members 2$/m);
});

test('requests are counted for the whole group, whichever member answers and by whichever handler', async (t) => {
  const { join } = testFolder(t);
  const groups = [await join(registryWith(1)), await join(registryWith(20))];
  const servers = [await serve(groups[0]!, local), await serve(groups[1]!, local)];
  t.after(() => Promise.all(servers.map((server) => server.close())));
  const handler = createServer(metricsHandler(groups[0]!)).listen(0, '127.0.0.1');
  await once(handler, 'listening');
  t.after(() => void handler.close());
  const counts = [];
  for (const server of [servers[0]!, servers[1]!, { url: `http://127.0.0.1:${(handler.address() as AddressInfo).port}` }, servers[0]!, servers[1]!]) counts.push(/^promlet_handler_requests_total\{code="200"\} (\d+)$/m.exec(await scraped(server))?.[1]);
  assert.deepEqual(counts, ['0', '1', '2', '3', '4']);
});

test('families are chosen by name, as of a registry', async (t) => {
  const { join } = testFolder(t);
  const server = await serve(await join(registryWith(1)), local);
  t.after(() => server.close());
  assert.equal(await scraped(server, '?name[]=promlet_group_members'), '# HELP promlet_group_members Members of the group that live.\n# TYPE promlet_group_members gauge\npromlet_group_members 1\n');
});

test('a group has no limit of series', async (t) => {
  const { join } = testFolder(t);
  const registry = new Registry();
  for (const name of ['a_total', 'b_total']) {
    const counter = registry.register(new Counter({ name, help: '', labelNames: ['id'], maxSeries: 60_000 }));
    for (let i = 0; i < 60_000; i++) counter.inc({ id: i });
  }
  const server = await serve(await join(registry), { ...local, deadlineMs: 120_000 });
  t.after(() => server.close());
  // Not by `fetch`, which in some versions of Node 22 fails where a long answer ends its connection.
  const [response] = (await once(request(`${server.url}/metrics`).end(), 'response')) as [IncomingMessage];
  const text = (await response.setEncoding('utf8').toArray()).join('');
  assert.equal(text.match(/^[ab]_total\{/gm)?.length, 120_000);
});

test('whoever left the group has nothing to show any more', async (t) => {
  const { join } = testFolder(t);
  const group = await join(registryWith(1));
  const errors: unknown[] = [];
  const server = await serve(group, { ...local, onError: (error) => errors.push(error) });
  t.after(() => server.close());
  await group.leave();
  const response = await fetch(`${server.url}/metrics`);
  await response.text();
  assert.equal(response.status, 500);
  assert.match(String(errors[0]), /expected a member, got one that left/);
});
