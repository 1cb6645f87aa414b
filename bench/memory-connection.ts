// Requests to a server of `node:http` without a network: one connection in memory, which asks again as soon as it was
// answered. What is left of a request's cost is the work of Node, of the framework and of what measures it.

import type { Server } from 'node:http';
import { Duplex } from 'node:stream';

export interface MemoryConnection {
  /** Sends so many requests, one after the other, and resolves when the last was answered. */
  ask(times: number): Promise<void>;
  /** What came last. */
  readonly answer: string;
}

/** @param path - Of every request. */
export function connectTo(server: Server, path: string): MemoryConnection {
  const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n\r\n`;
  let left = 0;
  let done = (): void => {};
  let answer = '';
  const next = (): void => {
    if (left-- > 0) stream.push(request);
    else done();
  };
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, written) {
      answer = String(chunk);
      written();
    },
    writev(chunks, written) {
      answer = chunks.map(({ chunk }) => String(chunk)).join('');
      written();
    },
  });
  server.on('request', ({ socket }, response) => {
    if (socket === (stream as unknown)) response.on('finish', () => process.nextTick(next));
  });
  server.emit('connection', stream);
  return {
    ask(times) {
      left = times;
      return new Promise((resolve) => {
        done = resolve;
        next();
      });
    },
    get answer() {
      return answer;
    },
  };
}
