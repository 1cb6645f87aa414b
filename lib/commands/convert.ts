// `promlet convert`: an exposition in another format.

import type { Format } from '../formats/format.ts';
import { openMetrics } from '../formats/openmetrics.ts';
import { text } from '../formats/text.ts';
import { text1 } from '../formats/text1.ts';
import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Command } from './command.ts';
import { INPUT_OPERAND, inputOptions, readExposition } from './reading.ts';

const FORMATS: ReadonlyMap<string, Format> = new Map([text, text1, openMetrics].map((format) => [format.name, format]));

const known = [...FORMATS.keys()].join(', ');

export const convert: Command = {
  summary: 'Print an exposition in another format.',
  description: `Reads what an exporter shows, from a file, a URL or stdin, and prints it in
another format. What that format cannot carry is left out.`,
  operand: INPUT_OPERAND,
  options: {
    to: { value: 'NAME', help: `The format to print: ${known}` },
    ...inputOptions,
  },
  async run(given, io) {
    const name = given.values.get('to');
    if (name === undefined) throw misused(`--to is missing: the format to print, one of ${known}`);
    const format = FORMATS.get(name);
    if (format === undefined) throw misused(`--to: expected one of ${known}, got "${name}"`);
    const { families } = await readExposition(given, io);
    for (const chunk of format.write(families)) io.stdout.write(chunk);
    return 0;
  },
};

function misused(message: string): CommandError {
  return new CommandError(message, { hint: 'See `promlet convert --help`.', exitCode: USAGE_EXIT_CODE });
}
