// Reads the command line after the command's name. Knows no command, only the options that one has.

import { parseArgs } from 'node:util';

import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Given, Options } from './command.ts';
import { withoutPassword } from './secrets.ts';

/**
 * @param operand - What the one argument beside the options is called; undefined where there is none.
 * @param helpCommand - What to run for help; named in every error.
 * @throws {CommandError} for what the command does not take
 */
export function readGiven(args: readonly string[], options: Options, operand: string | undefined, helpCommand: string): Given {
  // Strict mode would do the checks below, but its messages fill several lines and suggest no other option.
  const { tokens } = parseArgs({ args: [...args], options: configOf(options), strict: false, tokens: true });
  const switches = new Set<string>();
  const values = new Map<string, string[]>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknown('option', token.rawName, Object.keys(options).map((name) => `--${name}`), helpCommand);
    if (option.value === undefined && token.value !== undefined) throw misused(`${token.rawName} takes no value`, helpCommand);
    if (option.value !== undefined && token.value === undefined) throw misused(`${token.rawName} needs a value: ${option.value}`, helpCommand);
    if (token.value === undefined) switches.add(token.name);
    else values.set(token.name, [...(values.get(token.name) ?? []), token.value]);
  }
  const surplus = operands[operand === undefined ? 0 : 1];
  if (surplus !== undefined) throw misused(unexpected(surplus, values), helpCommand);
  return { switches, values, operand: operands[0] };
}

/** The value of an option; of several the last. */
export function valueOf({ values }: Given, name: string): string | undefined {
  return values.get(name)?.at(-1);
}

/** An error for a name that is not one of those known, with the nearest of them as the hint. */
export function unknown(kind: 'command' | 'option', name: string, known: readonly string[], helpCommand: string): CommandError {
  const nearest = nearestOf(name, known);
  const hint = nearest === undefined ? seeHelp(helpCommand) : `Did you mean ${nearest}? ${seeHelp(helpCommand)}`;
  return new CommandError(`unknown ${kind} "${withoutPassword(name)}"`, { hint, exitCode: USAGE_EXIT_CODE });
}

/** An error for an option or argument that cannot be used so. */
export function misused(message: string, helpCommand: string): CommandError {
  return new CommandError(message, { hint: seeHelp(helpCommand), exitCode: USAGE_EXIT_CODE });
}

// A header without quotes is several arguments, and one of them may be a password.
function unexpected(argument: string, values: Given['values']): string {
  return values.has('header') ? 'unexpected argument; a header needs quotes: --header "Name: value"' : `unexpected argument "${withoutPassword(argument)}"`;
}

function seeHelp(helpCommand: string): string {
  return `See \`${helpCommand}\`.`;
}

function configOf(options: Options): Record<string, { type: 'boolean' | 'string'; short?: string }> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { value, short }]) => [
      name,
      { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
    ]),
  );
}

/** The known name that was most likely meant: the one that the name begins, or with the fewest slips between the two. */
function nearestOf(name: string, known: readonly string[]): string | undefined {
  const letters = lettersOf(name);
  let nearest: string | undefined;
  // One slip for each three letters; where all of them differ, nothing is near.
  let fewest = Math.min(Math.ceil(letters.length / 3), letters.length - 1) + 1;
  for (const other of known) {
    const slips = letters.length > 1 && lettersOf(other).startsWith(letters) ? 0 : slipsBetween(letters, lettersOf(other));
    if (slips >= fewest) continue;
    fewest = slips;
    nearest = other;
  }
  return nearest;
}

function lettersOf(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** How many letters are wrong, missing or too much, or changed places with the next. */
function slipsBetween(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= one.length; i++) {
    const row = [i];
    for (let j = 1; j <= other.length; j++) {
      const isSame = one[i - 1] === other[j - 1];
      row[j] = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwap) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
    }
    rows.push(row);
  }
  return rows[one.length]![other.length]!;
}
