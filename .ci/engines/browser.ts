// A page in a browser without a window: what it posts is the result. Knows nothing of what the page does.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'];

/**
 * Opens a page out of the folder, and resolves to the first thing that it posts. The browser has ended then, and
 * left nothing behind.
 */
export async function postedByPage(browser: string, folder: string, page: string, limitMs: number): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), 'promlet-profile-'));
  let posted: string | undefined;
  const server = createServer((request, response) => {
    if (request.method !== 'POST') return serveFile(folder, request, response);
    let body = '';
    request.on('data', (data: Buffer) => (body += data)).on('end', () => {
      posted = body;
      response.end();
      stop();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const child = spawn(browser, [...FLAGS, `--user-data-dir=${profile}`, `http://127.0.0.1:${port}/${page}`], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: profile },
    // A process group of its own, so that all the processes that it starts end with it.
    detached: true,
  });
  const stop = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  const limit = setTimeout(stop, limitMs);
  try {
    await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
    if (posted === undefined) throw new Error(`the page posted nothing in ${limitMs / 1000} seconds`);
    return posted;
  } finally {
    clearTimeout(limit);
    server.close();
    server.closeAllConnections();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function serveFile(folder: string, request: IncomingMessage, response: ServerResponse): void {
  const path = join(folder, new URL(request.url!, 'http://localhost').pathname);
  if (!existsSync(path)) return void response.writeHead(404).end();
  response.writeHead(200, { 'content-type': TYPES[extname(path)]! }).end(readFileSync(path));
}
