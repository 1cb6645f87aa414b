// What the commands that read an exposition share: where it comes from, and which format it has.

import { readFile } from 'node:fs/promises';

import type { MetricFamily } from '../core/model.ts';
import { ParseError, parse } from '../parse.ts';
import type { ParseFormat } from '../parse.ts';
import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Given, Io, Options } from './command.ts';
import { excerpt } from './excerpt.ts';
import { painter } from './paint.ts';

export const INPUT_OPERAND = '[file|-|url]';

export const inputOptions: Options = {
  format: { value: 'NAME', help: 'Read it as text or openmetrics. Default: as it says itself' },
};

interface Input {
  /** As it stands before line and column in an error. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** As it says itself. */
  readonly format: ParseFormat;
}

export interface Exposition {
  readonly bytes: Uint8Array;
  readonly format: ParseFormat;
  readonly families: readonly MetricFamily[];
}

const FETCH_LIMIT_MS = 10_000;

/** What to ask a server for. */
const ACCEPT: Readonly<Record<ParseFormat, string>> = {
  text: 'text/plain;version=0.0.4',
  openmetrics: 'application/openmetrics-text;version=1.0.0',
};
/** In the order in which Prometheus asks. */
const ACCEPT_EITHER = `${ACCEPT.openmetrics},${ACCEPT.text};q=0.5,*/*;q=0.1`;

/**
 * Reads the exposition that the command line names: a file, a URL, or stdin.
 *
 * @throws {CommandError} where it cannot be read, or is not valid; then with the line, and a caret under the place
 */
export async function readExposition(given: Given, io: Io): Promise<Exposition> {
  const asked = formatAsked(given);
  const { name, bytes, format: own } = await readInput(given.operand ?? '-', asked, io);
  const format = asked ?? own;
  try {
    return { bytes, format, families: parse(bytes, { format }) };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { line, column, reason } = error;
    const paint = painter(io.stderr, io);
    throw new CommandError(`${name}:${line}:${column}: ${paint('bold', reason)}`, { hint: excerpt(bytes, line, column, paint) });
  }
}

function formatAsked(given: Given): ParseFormat | undefined {
  const name = given.values.get('format');
  if (name === undefined || name === 'text' || name === 'openmetrics') return name;
  throw new CommandError(`--format: expected text or openmetrics, got "${name}"`, { exitCode: USAGE_EXIT_CODE });
}

async function readInput(operand: string, asked: ParseFormat | undefined, io: Io): Promise<Input> {
  if (/^https?:\/\//i.test(operand)) return fetchInput(operand, asked === undefined ? ACCEPT_EITHER : ACCEPT[asked]);
  const name = operand === '-' ? '<stdin>' : operand;
  if (operand === '-' && io.stdin.isTTY) io.stderr.write('Reading what you type; Ctrl-D ends it.\n');
  try {
    const bytes = operand === '-' ? await readAll(io.stdin) : await readFile(operand);
    return { name, bytes, format: endsWithEof(bytes) ? 'openmetrics' : 'text' };
  } catch (error) {
    // Of `ENOENT: no such file or directory, open 'x'`, what a reader needs.
    const message = `cannot read ${name}: ${(error as Error).message.replace(/^E\w+: (.*?), .*$/, '$1')}`;
    throw new CommandError(message, looksLikeHostAndPort(operand) ? { hint: `Did you mean http://${operand}?` } : {});
  }
}

async function fetchInput(url: string, accept: string): Promise<Input> {
  try {
    const response = await fetch(url, { headers: { Accept: accept }, signal: AbortSignal.timeout(FETCH_LIMIT_MS) });
    if (!response.ok) throw new Error(`it answered ${response.status} ${response.statusText}`.trimEnd());
    const isOpenMetrics = /^application\/openmetrics-text\b/i.test(response.headers.get('content-type') ?? '');
    return { name: url, bytes: new Uint8Array(await response.arrayBuffer()), format: isOpenMetrics ? 'openmetrics' : 'text' };
  } catch (error) {
    // `fetch failed` alone tells nobody why; where two addresses were tried, only the code is the same for both.
    const { message, cause } = error as { message: string; cause?: { message?: string; code?: string } };
    throw new CommandError(`cannot read ${url}: ${cause?.message || cause?.code || message}`);
  }
}

function looksLikeHostAndPort(operand: string): boolean {
  return /^(?:[\w.-]+|\[[\da-f:]+\]):\d+(?:\/|$)/i.test(operand);
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

// OpenMetrics has to end so; in the text format this would be a comment that nobody writes.
function endsWithEof(bytes: Uint8Array): boolean {
  return /(?:^|\n)# EOF\n?$/.test(new TextDecoder().decode(bytes.subarray(-7)));
}
