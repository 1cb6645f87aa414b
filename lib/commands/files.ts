// The bytes of a file. A named pipe, such as a shell's `<(command)`, is read so that the wait for its other end can
// be given up: a read or open that hangs in one of Node's threads would keep the process from ending.

import { closeSync, constants, createReadStream, open, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

import { beforeAbort } from './limits.ts';

/** Opens a file. @throws the system's error, or the signal's reason */
export async function openFile(path: string, signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array>> {
  if (!(await stat(path)).isFIFO()) return createReadStream(path);
  return new Socket({ fd: await openPipe(path, signal), readable: true, writable: false });
}

// Resolves once the pipe has a writer.
async function openPipe(path: string, signal: AbortSignal | undefined): Promise<number> {
  const opening = promisify(open)(path, 'r');
  try {
    return await beforeAbort(opening, signal);
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    // A writer for an instant ends the wait.
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    closeSync(await opening);
    throw error;
  }
}
