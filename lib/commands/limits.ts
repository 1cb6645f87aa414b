// How much the commands read, and how long they wait for it: input without end must not fill the memory.

import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Given, Io, Options } from './command.ts';
import { valueOf } from './given.ts';

const DEFAULT_MAX_BYTES = 100_000_000;
/** What a server shows is there at once; what comes through a pipe may have to be computed first. */
const DEFAULT_SECONDS = { url: 10, other: 60 };
/** What a timer can wait. */
const LONGEST_SECONDS = 2_147_483;

export const limitOptions: Options = {
  'max-bytes': { value: 'N', help: `Bytes to read at most, decompressed. Default: ${DEFAULT_MAX_BYTES}` },
  timeout: { value: 'SECONDS', help: `Time to read it. Default: ${DEFAULT_SECONDS.url} for a URL, else ${DEFAULT_SECONDS.other}` },
};

export interface Limits {
  readonly maxBytes: number;
  /** Infinity where somebody types. */
  readonly seconds: number;
  /** Aborted when the time is over; absent where there is no limit. */
  readonly signal: AbortSignal | undefined;
}

/** The limits for reading from a URL, from a keyboard, or from something else. The time runs from now on. */
export function startLimits(given: Given, from: 'url' | 'keyboard' | 'other', { timeout = (ms) => AbortSignal.timeout(ms) }: Pick<Io, 'timeout'>): Limits {
  const maxBytes = numberOf(given, 'max-bytes', DEFAULT_MAX_BYTES, 'a whole number above 0', (value) => Number.isSafeInteger(value));
  const fallback = from === 'keyboard' ? Infinity : DEFAULT_SECONDS[from];
  const seconds = numberOf(given, 'timeout', fallback, `a number above 0 and up to ${LONGEST_SECONDS}`, (value) => value <= LONGEST_SECONDS);
  return { maxBytes, seconds, signal: seconds === Infinity ? undefined : timeout(Math.ceil(seconds * 1000)) };
}

/** The number of an option, or the fallback where it is not given. */
export function numberOf(given: Given, name: string, fallback: number, expected: string, isAllowed: (value: number) => boolean): number {
  const text = valueOf(given, name);
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/.test(text) && value > 0 && isAllowed(value)) return value;
  throw new CommandError(`--${name}: expected ${expected}, got "${text}"`, { exitCode: USAGE_EXIT_CODE });
}

/**
 * All bytes of a stream.
 *
 * @throws {CommandError} where they are more than the limit
 * @throws the signal's reason, when it is aborted
 */
export async function readAll(stream: AsyncIterable<Uint8Array>, name: string, { maxBytes, signal }: Limits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const iterator = stream[Symbol.asyncIterator]();
  try {
    for (let size = 0; ; ) {
      const { done, value } = await beforeAbort(iterator.next(), signal);
      if (done === true) return Buffer.concat(chunks);
      size += value.length;
      if (size > maxBytes) throw new CommandError(`cannot read ${name}: more than ${maxBytes} bytes`, { hint: 'Raise the limit with --max-bytes.' });
      chunks.push(value);
    }
  } finally {
    // Not awaited: a stream from which nothing comes would hold this up.
    iterator.return?.().catch(() => undefined);
  }
}

/** What the promise resolves to, unless the signal is aborted before; then it rejects with the signal's reason. */
export function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.finally(() => signal.removeEventListener('abort', abort)).then(resolve, reject);
  });
}

/** Of a read whose time was over. */
export function tooSlow(name: string, { seconds }: Limits): CommandError {
  return new CommandError(`cannot read ${name}: no end after ${seconds} s`, { hint: 'Raise the limit with --timeout.' });
}
