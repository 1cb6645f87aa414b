// From the command line to the command that it names, and the help for both. The exit code is 2 if the command
// line makes no sense.

import { check } from './check.ts';
import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Command, Io, Options } from './command.ts';
import { convert } from './convert.ts';
import { demo } from './demo.ts';
import { readGiven, unknown } from './given.ts';
import { packageVersion } from './package.ts';
import { reference } from './reference.ts';
import { concealer } from './secrets.ts';
import { smoke } from './smoke.ts';
import { guarded, painter, printable } from './terminal.ts';
import { top } from './top.ts';
import { vendor } from './vendor.ts';

const COMMANDS: ReadonlyMap<string, Command> = new Map(Object.entries({ check, convert, demo, reference, smoke, top, vendor }));

const HELP_OPTION: Options = { help: { short: 'h', help: 'Show this help.' } };
const TOP_OPTIONS: Options = { ...HELP_OPTION, version: { short: 'v', help: 'Show the version.' } };

/** Runs what the arguments ask for and resolves to the exit code. Rejects only with errors of promlet itself. */
export async function main(args: readonly string[], { stdout, stderr, ...others }: Io): Promise<number> {
  // What goes into a file or another program goes there as it is.
  const conceal = concealer(args);
  const io: Io = { ...others, conceal, stdout: stdout.isTTY === true ? guarded(stdout) : stdout, stderr: guarded(stderr, conceal) };
  try {
    return await dispatch(args, io);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const { message, hint, exitCode } = error;
    const paint = painter(io.stderr, io);
    io.stderr.write(`promlet: ${paint('bold', printable(message))}\n`);
    if (hint !== undefined) io.stderr.write(`${typeof hint === 'string' ? printable(hint) : hint(paint)}\n`);
    return exitCode;
  }
}

async function dispatch(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    io.stderr.write(topHelp());
    return USAGE_EXIT_CODE;
  }
  if (name === 'help' || name.startsWith('-')) {
    const { switches, operand } = readGiven(name === 'help' ? rest : args, TOP_OPTIONS, '[command]', 'promlet help');
    if (switches.has('version')) io.stdout.write(`${packageVersion()}\n`);
    else io.stdout.write(operand === undefined ? topHelp() : commandHelp(operand, find(operand)));
    return 0;
  }
  const command = find(name);
  const given = readGiven(rest, { ...command.options, ...HELP_OPTION }, command.operand, `promlet ${name} --help`);
  if (!given.switches.has('help')) return command.run(given, io);
  io.stdout.write(commandHelp(name, command));
  return 0;
}

function find(name: string): Command {
  const command = COMMANDS.get(name);
  if (command === undefined) throw unknown('command', name, [...COMMANDS.keys()], 'promlet help');
  return command;
}

function topHelp(): string {
  return `promlet ${packageVersion()}: Prometheus metrics for TypeScript

Usage: promlet <command> [options]

Commands:
${table([...COMMANDS].map(([name, { summary }]) => [name, summary]))}

Options:
${optionTable(TOP_OPTIONS)}

\`promlet help <command>\` describes a command.
`;
}

function commandHelp(name: string, { description, operand, options }: Command): string {
  return `Usage: promlet ${name} [options]${operand === undefined ? '' : ` ${operand}`}

${description}

Options:
${optionTable({ ...options, ...HELP_OPTION })}
`;
}

function optionTable(options: Options): string {
  return table(
    Object.entries(options).map(([name, { short, value, help }]) => [
      `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`,
      help,
    ]),
  );
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}
