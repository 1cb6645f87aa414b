// The socket of a member, where the others ask: it gets ready, says so, and tells what there is at a word.

import { once } from 'node:events';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

import { messageOf } from '../core/errors.ts';
import { FRAME, FrameReader, VERSION, jsonFrame, malformed, objectIn } from './wire.ts';
import type { Frame } from './wire.ts';
import { framesOf } from './told.ts';
import type { Told } from './told.ts';

/** What a member does when it is asked. */
export interface Answering {
  /** Gets ready within the time, and returns what tells then. Never rejects. */
  prepare(limitMs: number): Promise<() => Promise<Told>>;
  onError(error: unknown): void;
}

// Of whoever connects and says nothing, or reads nothing.
const LONGEST_SILENCE_MS = 30_000;

// No scrape waits longer.
const MOST_LIMIT_MS = 86_400_000;

export class AskedSocket {
  private readonly path: string;
  private readonly firstPath: string;
  private readonly answering: Answering;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  /** @param firstPath - Where it listens before it can be found. */
  constructor(path: string, firstPath: string, answering: Answering) {
    this.path = path;
    this.firstPath = firstPath;
    this.answering = answering;
  }

  /** Resolves when others can ask. @throws what the system says where it cannot listen */
  async listen(): Promise<void> {
    const server = createServer((socket) => this.answer(socket)).unref();
    // By another name at first: nobody finds it before it listens, and the engine, which removes the name that it
    // knows when a thread is ended, leaves the file, which then says that nobody listens.
    server.listen({ path: this.firstPath, exclusive: true });
    await once(server, 'listening');
    server.on('error', (error) => this.answering.onError(error));
    if (this.path !== this.firstPath) renameSync(this.firstPath, this.path);
    this.server?.close();
    this.server = server;
  }

  /** Whether others find it. */
  get isThere(): boolean {
    return process.platform === 'win32' || existsSync(this.path);
  }

  /** @param isUnused - Nobody knows of it: its file goes too. */
  close(isUnused = false): void {
    if (isUnused) rmSync(this.path, { force: true });
    this.server?.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private answer(socket: Socket): void {
    const frames = new FrameReader();
    let tell: Promise<() => Promise<Told>> | undefined;
    let knownShapeId: unknown;
    const take = async (next: Frame): Promise<void> => {
      if (next.type === FRAME.hello && tell === undefined) {
        const { version, limitMs, shapeId } = objectIn(next);
        if (version !== VERSION) return void socket.end(jsonFrame(FRAME.refused, { version: VERSION }));
        if (!(typeof limitMs === 'number' && limitMs >= 0 && limitMs <= MOST_LIMIT_MS)) throw malformed('a time limit');
        knownShapeId = shapeId;
        socket.ref().setTimeout(limitMs + LONGEST_SILENCE_MS);
        // That it is heard, before it is ready.
        socket.write(jsonFrame(FRAME.hello, { version: VERSION }));
        tell = this.answering.prepare(limitMs);
        await tell;
        socket.write(jsonFrame(FRAME.ready, { version: VERSION }));
      } else if (next.type === FRAME.now && tell !== undefined) {
        const told = await (await tell)();
        for (const each of framesOf(told.shapeId === knownShapeId ? { ...told, shape: [] } : told)) {
          if (socket.destroyed) return;
          if (!socket.write(each)) await drained(socket);
        }
        socket.end();
      } else throw malformed('a question');
    };
    const failed = (error: unknown): void => {
      if (socket.destroyed) return;
      this.answering.onError(error);
      socket.end(jsonFrame(FRAME.refused, { version: VERSION, message: messageOf(error) }));
    };
    this.sockets.add(socket.unref());
    socket.setTimeout(LONGEST_SILENCE_MS, () => socket.destroy());
    socket.once('close', () => this.sockets.delete(socket));
    // Whoever asks may leave at any time.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      try {
        for (const next of frames.push(chunk)) take(next).catch(failed);
      } catch (error) {
        failed(error);
      }
    });
  }
}

/** Resolves when more can be written, or nothing ever can. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
