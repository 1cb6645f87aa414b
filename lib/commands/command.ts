// What a command is, and all that it may use of the outside world. Each command is one file in this folder and
// one line of the table in `main.ts`.

import type { Paint } from './terminal.ts';

/** An option of a command. */
export interface Option {
  /** What stands for the value in the help, such as `N`. Absent: a switch. */
  readonly value?: string;
  /** The form with one letter. */
  readonly short?: string;
  readonly help: string;
}

export type Options = Readonly<Record<string, Option>>;

export interface Command {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What the command's own help says, in lines of at most 80 characters. */
  readonly description: string;
  /** The one argument that it takes beside options, such as `[file]`. Absent: none. */
  readonly operand?: string;
  readonly options: Options;
  /** Resolves to the exit code. @throws {CommandError} for what its user can fix */
  run(given: Given, io: Io): Promise<number>;
}

/** What the command line says. */
export interface Given {
  /** The switches that are set. */
  readonly switches: ReadonlySet<string>;
  /** By option, its values in the order given. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly operand: string | undefined;
}

/** A stream to write to; those of the process fit. */
export interface Output {
  write(chunk: string | Uint8Array): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** A terminal that a command may fill, and the keyboard before it. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
  /** Takes both; what it returns gives them back. `onKeys` gets what is typed, a key or more at a time. */
  open(events: { onKeys(keys: string): void; onResize(): void }): () => void;
  /** Shows these lines from the top, and nothing else. A character that a terminal would act upon is replaced. */
  draw(lines: readonly string[]): void;
}

/** The outside world as a command sees it. Specs bring their own. */
export interface Io {
  readonly stdin: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * A signal that Ctrl-C, `SIGTERM` and a reader of stdout that goes away abort. Once it was asked for, the first
   * two no longer end the process: only commands that run until they are stopped ask for it.
   */
  stopSignal(): AbortSignal;
  /** A signal that is aborted after that many milliseconds. @default `AbortSignal.timeout` */
  readonly timeout?: (ms: number) => AbortSignal;
  /** Takes the secrets of the command line out of a text. `stderr` does so by itself. @default what `main` makes of its arguments */
  readonly conceal?: (text: string) => string;
  /** Absent: stdout is no terminal, or one without a screen. */
  readonly screen?: Screen | undefined;
  /** Milliseconds since the epoch, which never go back. @default those of the engine */
  readonly now?: () => number;
  /** Resolves after that many milliseconds, and when the signal is aborted. @default a timer */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Ends a command with a message for its user, and without a stack. */
export class CommandError extends Error {
  /** What to do about it, or where it is: what stands below the message. A function makes it printable itself. */
  readonly hint: string | ((paint: Paint) => string) | undefined;
  readonly exitCode: number;

  constructor(message: string, { hint, exitCode = 1 }: { readonly hint?: CommandError['hint']; readonly exitCode?: number } = {}) {
    super(message);
    this.name = 'CommandError';
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** For a command line that makes no sense. */
export const USAGE_EXIT_CODE = 2;
