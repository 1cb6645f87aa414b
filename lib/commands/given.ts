// Reads the command line after the command's name. Knows no command, only the options that one has.

import { parseArgs } from 'node:util';

import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Given, Options } from './command.ts';

/**
 * @param operand - What the one argument beside the options is called; undefined where there is none.
 * @param helpCommand - What to run for help; named in every error.
 * @throws {CommandError} for what the command does not take
 */
export function readGiven(args: readonly string[], options: Options, operand: string | undefined, helpCommand: string): Given {
  // Strict mode would do the checks below, but its messages fill several lines and offer no other option.
  const { tokens } = parseArgs({ args: [...args], options: configOf(options), strict: false, tokens: true });
  const switches = new Set<string>();
  const values = new Map<string, string>();
  const operands: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value);
    if (token.kind !== 'option') continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) throw unknown('option', token.rawName, Object.keys(options).map((name) => `--${name}`), helpCommand);
    if (option.value === undefined && token.value !== undefined) throw misused(`${token.rawName} takes no value`, helpCommand);
    if (option.value !== undefined && token.value === undefined) throw misused(`${token.rawName} needs a value: ${option.value}`, helpCommand);
    if (token.value === undefined) switches.add(token.name);
    else values.set(token.name, token.value);
  }
  const surplus = operands[operand === undefined ? 0 : 1];
  if (surplus !== undefined) throw misused(`unexpected argument "${surplus}"`, helpCommand);
  return { switches, values, operand: operands[0] };
}

/** An error for a name that is not one of those known, with the nearest of them as the hint. */
export function unknown(kind: 'command' | 'option', name: string, known: readonly string[], helpCommand: string): CommandError {
  const nearest = known.find((other) => isOneSlipAway(name, other));
  const hint = nearest === undefined ? seeHelp(helpCommand) : `Did you mean ${nearest}? ${seeHelp(helpCommand)}`;
  return new CommandError(`unknown ${kind} "${name}"`, { hint, exitCode: USAGE_EXIT_CODE });
}

function misused(message: string, helpCommand: string): CommandError {
  return new CommandError(message, { hint: seeHelp(helpCommand), exitCode: USAGE_EXIT_CODE });
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

// The parts that both have in common at the beginning and the end leave at most two characters: one
// that is wrong, missing or too much, or two that changed places.
function isOneSlipAway(name: string, other: string): boolean {
  let from = 0;
  while (from < name.length && name[from] === other[from]) from++;
  let to = 0;
  while (to < Math.min(name.length, other.length) - from && name.at(-1 - to) === other.at(-1 - to)) to++;
  return Math.max(name.length, other.length) - from - to <= 2;
}
