// What the errors of outgoing requests are called: the codes of the engine and its libraries, and no message.

import { OTHER } from './given.ts';

// More than the system, TLS, the parser of HTTP and undici have between them in practice.
const MOST_CODES = 64;

/** Its name where a request ended because nobody waited for it any more. */
export const ABORTED = 'aborted';

export class Failures {
  /** Their codes by number; the first stands for no error. */
  readonly codes: string[] = ['', OTHER, ABORTED];
  private readonly numbers = new Map([[OTHER, 1], [ABORTED, 2]]);

  /** The number of an error's code. None: the request was destroyed without one. */
  numberOf(error: unknown): number {
    const code = codeOf(error);
    const known = this.numbers.get(code);
    if (known !== undefined) return known;
    if (this.codes.length >= MOST_CODES) return 1;
    this.numbers.set(code, this.codes.length);
    return this.codes.push(code) - 1;
  }

  isAbort(number: number): boolean {
    return number === 2;
  }
}

function codeOf(error: unknown): string {
  if (error === undefined || error === null) return ABORTED;
  try {
    const { name, code, cause } = error as { readonly name?: unknown; readonly code?: unknown; readonly cause?: { readonly name?: unknown } };
    // A signal of `AbortSignal.timeout` is an abort for `node:http`, by a cause of this name.
    if (name === 'TimeoutError' || cause?.name === 'TimeoutError') return 'TIMEOUT';
    if (name === 'AbortError' || code === 'ABORT_ERR' || code === 'UND_ERR_ABORTED') return ABORTED;
    return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : OTHER;
  } catch {
    return OTHER;
  }
}
