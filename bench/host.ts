// A server that shows a workload on the loopback interface, and the process beside it that scrapes.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';

import type { ScraperMessage } from './scraper.ts';
import type { ScrapeOrder, ScrapeReport } from './scraping.ts';

export type Handle = (request: IncomingMessage, response: ServerResponse) => void;

export interface Host {
  /** Has the other process scrape; resolves when it has read everything. */
  scrape(order: Omit<ScrapeOrder, 'port'>): Promise<ScrapeReport>;
  close(): void;
}

export async function startHost(handle: Handle): Promise<Host> {
  const { port, close } = await listening(handle);
  const scraper = fork(fileURLToPath(new URL('./scraper.js', import.meta.url)), { execArgv: [] });
  return {
    async scrape(order) {
      scraper.send({ ...order, port } satisfies ScrapeOrder);
      const [report] = (await once(scraper, 'message')) as [ScraperMessage];
      if ('error' in report) throw new Error(`the scrape failed: ${report.error}`);
      return report;
    },
    close() {
      scraper.kill();
      close();
    },
  };
}

/** Listens on any free port of the loopback interface; over TLS, where there is a certificate. */
export async function listening(handle: Handle, tls?: TlsOptions): Promise<{ port: number; close: () => void }> {
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
