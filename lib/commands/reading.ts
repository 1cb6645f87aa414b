// What the commands that read an exposition share: where it comes from, which format it has, and an error that
// shows the place.

import { closeSync, constants, createReadStream, open, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { promisify } from 'node:util';

import type { MetricFamily } from '../core/model.ts';
import { ParseError } from '../parse.ts';
import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Given, Io, Options } from './command.ts';
import { excerptOfBytes, excerptOfLine } from './excerpt.ts';
import { fetchAnswer, headerOptions } from './fetching.ts';
import { endsWithEof, formatOf } from './format-of.ts';
import type { Assumption } from './format-of.ts';
import { valueOf } from './given.ts';
import { ACCEPT_ANY, INPUT_FORMATS, INPUT_NAMES, isInputFormat } from './input-formats.ts';
import type { InputFormat } from './input-formats.ts';
import { beforeAbort, limitOptions, readAll, startLimits, tooSlow } from './limits.ts';
import { withoutPassword } from './secrets.ts';
import { printable } from './terminal.ts';
import type { Paint } from './terminal.ts';

export const INPUT_OPERAND = '[file|-|url]';

export const inputOptions: Options = {
  format: { value: 'NAME', help: `Its format: ${INPUT_NAMES}` },
  ...headerOptions,
  ...limitOptions,
};

interface Input {
  /** As it stands before line and column in an error. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly contentType?: string | undefined;
}

export interface Exposition {
  readonly bytes: Uint8Array;
  readonly format: InputFormat;
  readonly families: readonly MetricFamily[];
  /** What was assumed of the format, where that may be wrong. */
  readonly assumption: string | undefined;
}

/**
 * Reads the exposition that the command line names: a file, a URL, or stdin.
 *
 * @param accept - What to ask a server for where the user names no format.
 * @throws {CommandError} where it cannot be read, is empty, or is not valid; then with a caret under the place
 */
export async function readExposition(given: Given, io: Io, accept: string = ACCEPT_ANY): Promise<Exposition> {
  const asked = formatAsked(given);
  const { name, bytes, contentType } = await readInput(given, asked === undefined ? accept : INPUT_FORMATS[asked].accept, io);
  const { format, because, isGuess }: Assumption = asked === undefined ? formatOf(bytes, contentType) : { format: asked };
  if (format !== 'protobuf') refuseByteOrderMark(name, bytes);
  const assumption = because === undefined ? undefined : assumptionOf(format, because);
  const families = parseInput(name, bytes, format, assumption);
  if (families.length === 0 && !endsWithEof(bytes)) throw empty(name, bytes);
  return { bytes, format, families, assumption: isGuess === true ? assumption : undefined };
}

function formatAsked(given: Given): InputFormat | undefined {
  const name = valueOf(given, 'format');
  if (name === undefined || isInputFormat(name)) return name;
  throw new CommandError(`--format: expected ${INPUT_NAMES}, got "${name}"`, { exitCode: USAGE_EXIT_CODE });
}

async function readInput(given: Given, accept: string, io: Io): Promise<Input> {
  const operand = given.operand ?? '-';
  const isUrl = hasScheme(operand);
  const isTyped = operand === '-' && io.stdin.isTTY === true;
  const limits = startLimits(given, isUrl ? 'url' : isTyped ? 'keyboard' : 'other', io);
  if (isUrl) return fetchAnswer(withPath(operand), given, accept, limits);

  if (isTyped) io.stderr.write('Reading what you type; Ctrl-D ends it.\n');
  const name = operand === '-' ? '<stdin>' : withoutPassword(operand);
  try {
    const stream = operand === '-' ? io.stdin : await openFile(operand, limits.signal);
    return { name, bytes: await readAll(stream, name, limits) };
  } catch (error) {
    if (error instanceof CommandError) throw error;
    if (limits.signal?.aborted === true) throw tooSlow(name, limits);
    // Of `ENOENT: no such file or directory, open 'x'`, what a reader needs.
    const message = `cannot read ${name}: ${(error as Error).message.replace(/^E\w+: (.*?), .*$/s, '$1')}`;
    throw new CommandError(message, looksLikeHostAndPort(operand) ? { hint: `Did you mean http://${name}?` } : {});
  }
}

/**
 * Opens a file. A named pipe, such as a shell's `<(command)`, is read so that the wait for its other end can be given
 * up: an open or a read that hangs in one of Node's threads would keep the process from ending.
 *
 * @throws the system's error, or the signal's reason
 */
async function openFile(path: string, signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array>> {
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

/** Whether an operand is a URL, and no file. */
export function hasScheme(operand: string): boolean {
  return /^https?:\/\//i.test(operand);
}

/** Of a URL without a path, where metrics usually are. */
export function withPath(url: string): string {
  return /^https?:\/\/[^/?#]*$/i.test(url) ? `${url}/metrics` : url;
}

export function looksLikeHostAndPort(operand: string): boolean {
  return /^(?:[^/]*@)?(?:[\w.-]+|\[[\da-f:]+\]):\d+(?:\/|$)/i.test(operand);
}

function refuseByteOrderMark(name: string, [first, second, third]: Uint8Array): void {
  const isUtf16 = (first === 0xfe && second === 0xff) || (first === 0xff && second === 0xfe);
  const isUtf8 = first === 0xef && second === 0xbb && third === 0xbf;
  if (!isUtf16 && !isUtf8) return;
  const hint = 'Save it as UTF-8 without a byte order mark.';
  throw new CommandError(`${name}:1:1: expected UTF-8 without a byte order mark, got ${isUtf16 ? 'UTF-16 with one' : 'one (U+FEFF)'}`, { hint });
}

function parseInput(name: string, bytes: Uint8Array, format: InputFormat, assumption: string | undefined): readonly MetricFamily[] {
  // Before OpenMetrics complains of a missing end.
  if (isBlank(bytes)) throw empty(name, bytes);
  try {
    return INPUT_FORMATS[format].read(bytes);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const { line, column, offset, reason } = error;
    const excerpt = (paint: Paint): string => (offset === undefined ? excerptOfLine(bytes, line, column, paint) : excerptOfBytes(bytes, offset, paint));
    const remark = isWebPage(bytes) ? WEB_PAGE : assumption;
    const hint = (paint: Paint): string => excerpt(paint) + (remark === undefined ? '' : `\n${printable(remark)}`);
    throw new CommandError(`${name}:${offset === undefined ? `${line}:${column}` : ` byte ${offset}`}: ${reason}`, { hint });
  }
}

const WEB_PAGE = 'This is a web page. Metrics are usually at /metrics.';

function isWebPage(bytes: Uint8Array): boolean {
  return /^\s*<(?:!doctype html|html)\b/i.test(Buffer.from(bytes.subarray(0, 100)).toString('latin1'));
}

function assumptionOf(format: InputFormat, because: string): string {
  const { title, mistakenFor } = INPUT_FORMATS[format];
  return `Read as ${title}: ${because}. With --format ${mistakenFor} it is read as ${INPUT_FORMATS[mistakenFor].title}.`;
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

function empty(name: string, bytes: Uint8Array): CommandError {
  const found = bytes.length === 0 ? 'empty input' : isBlank(bytes) ? 'blank lines alone' : 'comments alone';
  return new CommandError(`${name}: expected metrics, got ${found}`, { hint: 'A download that failed or broke off leaves this; with `curl --fail`, curl says why.' });
}
