// `promlet check`: whether an exposition is valid, and whether its metrics are named and described well.

import { inconsistencies } from '../testing/consistency.ts';
import { complaintsOf, sortComplaints } from '../testing/rules.ts';
import type { Command } from './command.ts';
import { INPUT_OPERAND, inputOptions, readExposition } from './reading.ts';
import { painter, printable } from './terminal.ts';

/** As promtool has it. */
const LINT_EXIT_CODE = 3;

export const check: Command = {
  summary: 'Find errors in an exposition, and lint its metrics.',
  description: `Reads what an exporter exposes, from a file, a URL or stdin, and reports what is
not valid, and what is valid but bad practice, in the words of promtool.
Without --format, it is read as its Content-Type says, or as it looks: as
protobuf where it begins with such a message, as OpenMetrics where it ends in
"# EOF" and has what only that has, else as the text format. A URL
without a path is asked for /metrics.
Exits with 0 if all is well, with 1 if it is not valid, empty or cannot be
read, and with 3 if it is bad practice. Metrics without samples are noted.`,
  operand: INPUT_OPERAND,
  options: inputOptions,
  async run(given, io) {
    const { bytes, format, families, assumption } = await readExposition(given, io);
    const complaints = sortComplaints([...complaintsOf(families), ...inconsistencies(bytes, format, families)]);
    const paint = painter(io.stderr, io);
    for (const { metric, text } of complaints) io.stderr.write(`${paint('bold', printable(metric))} ${printable(text)}\n`);
    if (complaints.length === 0) io.stdout.write(`OK: ${families.length === 1 ? '1 metric' : `${families.length} metrics`}, nothing to complain of.\n`);
    const notes = families.filter(({ points }) => isEmpty(points)).map(({ name }) => `${name} has no samples`);
    for (const note of assumption === undefined ? notes : [...notes, assumption]) io.stdout.write(`Note: ${printable(note)}\n`);
    return complaints.length === 0 ? 0 : LINT_EXIT_CODE;
  },
};

function isEmpty(points: Iterable<unknown>): boolean {
  for (const _ of points) return false;
  return true;
}
