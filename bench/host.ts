// A server that shows a workload on the loopback interface, and the process beside it that scrapes.

import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

import type { ScrapeOrder, ScrapeReport } from './scraper.ts';

export type Handle = Parameters<typeof createServer>[1] & {};

export interface Host {
  /** Has the other process scrape; resolves when it has read everything. */
  scrape(order: Omit<ScrapeOrder, 'port'>): Promise<ScrapeReport>;
  close(): void;
}

export async function startHost(handle: Handle): Promise<Host> {
  const server = createServer(handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const scraper: ChildProcess = fork(fileURLToPath(new URL('./scraper.js', import.meta.url)), { execArgv: [] });
  return {
    async scrape(order) {
      scraper.send({ ...order, port } satisfies ScrapeOrder);
      const [report] = (await once(scraper, 'message')) as [ScrapeReport];
      if (report.error !== undefined) throw new Error(`the scrape failed: ${report.error}`);
      return report;
    },
    close() {
      scraper.kill();
      server.close();
      server.closeAllConnections();
    },
  };
}
