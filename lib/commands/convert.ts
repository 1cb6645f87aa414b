// `promlet convert`: an exposition in another format.

import type { MetricFamily } from '../core/model.ts';
import type { Format } from '../formats/format.ts';
import { openMetrics } from '../formats/openmetrics.ts';
import { openMetrics2 } from '../formats/openmetrics2.ts';
import { protobuf } from '../formats/protobuf.ts';
import { text } from '../formats/text.ts';
import { text1 } from '../formats/text1.ts';
import { CommandError } from './command.ts';
import type { Command, Io } from './command.ts';
import { misused, valueOf } from './given.ts';
import { INPUT_OPERAND, inputOptions, readExposition } from './reading.ts';
import { printable, printableLines } from './terminal.ts';

type AnyFormat = Format<string | Uint8Array>;

const FORMATS: ReadonlyMap<string, AnyFormat> = new Map([text, text1, openMetrics, openMetrics2, protobuf].map((format: AnyFormat) => [format.name, format]));

const known = [...FORMATS.keys()].join(', ');

const HELP = 'promlet convert --help';

export const convert: Command = {
  summary: 'Print an exposition in another format.',
  description: `Reads what an exporter exposes, from a file, a URL or stdin, and prints it in
the format of --to. What that cannot carry is left out. What else had to be
changed, such as names that clash there, is reported on stderr. A URL
without a path is asked for /metrics.`,
  operand: INPUT_OPERAND,
  options: {
    to: { value: 'NAME', help: known },
    ...inputOptions,
  },
  async run(given, io) {
    const name = valueOf(given, 'to');
    if (name === undefined) throw misused(`--to is missing: the format to print, one of ${known}`, HELP);
    const format = FORMATS.get(name);
    if (format === undefined) throw misused(`--to: expected one of ${known}, got "${name}"`, HELP);
    if (format === protobuf && io.stdout.isTTY === true) {
      throw new CommandError('--to protobuf: expected a file or another program to write to, got a terminal', { hint: 'Such as `promlet convert --to protobuf metrics.txt > metrics.pb`.' });
    }
    const { families } = await readExposition(given, io);
    print(families, format, io);
    return 0;
  },
};

/** Prints the families to stdout, and to stderr what could not be shown as it was. */
export function print(families: Iterable<MetricFamily>, format: AnyFormat, { stdout, stderr }: Pick<Io, 'stdout' | 'stderr'>): void {
  const chunks = format.write(families, ({ message }) => stderr.write(`Warning: ${printable(message)}\n`));
  for (const chunk of chunks) stdout.write(typeof chunk === 'string' && stdout.isTTY === true ? printableLines(chunk) : chunk);
}
