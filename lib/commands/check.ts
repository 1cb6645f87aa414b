// `promlet check`: whether an exposition is valid, and whether its metrics are named and described well.

import type { Command } from './command.ts';
import { inconsistencies } from './consistency.ts';
import { lint, sortComplaints } from './lint.ts';
import { painter, printable } from './paint.ts';
import { INPUT_OPERAND, inputOptions, readExposition } from './reading.ts';

/** As promtool has it. */
const LINT_EXIT_CODE = 3;

export const check: Command = {
  summary: 'Find errors in an exposition, and lint its metrics.',
  description: `Reads what an exporter shows, from a file, a URL or stdin, and says what is not
valid, or what is valid and against good practice, in the words of promtool.
Exits with 0 where all is well, with 1 where it is not valid or cannot be read,
and with 3 where it is against good practice.`,
  operand: INPUT_OPERAND,
  options: inputOptions,
  async run(given, io) {
    const { bytes, format, families } = await readExposition(given, io);
    const complaints = sortComplaints([...lint(families), ...(format === 'text' ? inconsistencies(bytes, families) : [])]);
    if (complaints.length === 0) {
      io.stdout.write(`OK: ${families.length === 1 ? '1 metric' : `${families.length} metrics`}, nothing to complain of.\n`);
      return 0;
    }
    const paint = painter(io.stderr, io);
    for (const { metric, text } of complaints) io.stderr.write(`${paint('bold', printable(metric))} ${printable(text)}\n`);
    return LINT_EXIT_CODE;
  },
};
