// `promlet reference`: a table of what an exporter exposes, for people; and whether a file still has it.

import { readFileSync } from 'node:fs';

import { referenceOf } from '../testing/reference.ts';
import { CommandError } from './command.ts';
import type { Command } from './command.ts';
import { valueOf } from './given.ts';
import { INPUT_OPERAND, inputOptions, readExposition } from './reading.ts';
import { printable, printableLines } from './terminal.ts';

/** Lines that differ, in a message. */
const MOST_LINES = 20;

export const reference: Command = {
  summary: 'Print a Markdown table of all metrics, or check one.',
  description: `Reads what an exporter exposes, from a file, a URL or stdin, and prints a table
of its metrics, sorted by name: type, unit, labels with their known values, and
help. With --check, nothing is printed but what differs from the table in that
file, around which there may be other text, and the exit code is 1 if it does.
Label values that look like ids, versions or the like are left out, and so are
those of labels with more than 10. A URL without a path is asked for /metrics.`,
  operand: INPUT_OPERAND,
  options: {
    check: { value: 'FILE', help: 'Compare it with the table in this file' },
    'without-values': { help: 'Leave out the values of labels' },
    ...inputOptions,
  },
  async run(given, io) {
    const { families } = await readExposition(given, io);
    const table = referenceOf(families, { values: !given.switches.has('without-values') });
    const path = valueOf(given, 'check');
    if (path === undefined) {
      io.stdout.write(io.stdout.isTTY === true ? printableLines(table) : table);
      return 0;
    }
    const lines = differences(tableIn(path), table);
    if (lines.length === 0) {
      io.stdout.write(`OK: ${printable(path)} has all metrics as they are.\n`);
      return 0;
    }
    const shown = [...lines.slice(0, MOST_LINES), ...(lines.length > MOST_LINES ? [`… and ${lines.length - MOST_LINES} more lines`] : [])];
    const hint = (): string => [...shown.map(printable), 'Replace the table by what the command prints without --check.'].join('\n');
    throw new CommandError(`${path} is not up to date (- in the file, + now):`, { hint });
  },
};

/** The lines of the table in a file; of several, the first. @throws {CommandError} */
function tableIn(path: string): readonly string[] {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError(`cannot read ${path}: ${(error as Error).message.replace(/^E\w+: (.*?), .*$/s, '$1')}`, { hint: 'Write it first: promlet reference … > FILE' });
  }
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => line.startsWith('| metric | type |'));
  if (start < 0) throw new CommandError(`${path}: expected a table of metrics, found none`, { hint: 'Put into it what the command prints without --check.' });
  const length = lines.slice(start).findIndex((line) => !line.startsWith('|'));
  return lines.slice(start, length < 0 ? undefined : start + length);
}

function differences(before: readonly string[], table: string): string[] {
  const now = table.trimEnd().split('\n');
  const [had, has] = [new Set(before), new Set(now)];
  const lines = [...before.filter((line) => !has.has(line)).map((line) => `- ${line}`), ...now.filter((line) => !had.has(line)).map((line) => `+ ${line}`)];
  // The same lines in another order, or one of them twice.
  return lines.length > 0 || before.join('\n') === now.join('\n') ? lines : ['the lines are there, but not in this order or not once each'];
}
