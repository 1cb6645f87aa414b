// The parser's error, and how messages name what was found.

/**
 * Says what is wrong with an exposition, and where. Whatever the input holds, the parser throws nothing else.
 *
 * Its `message` is the place and the reason: `line 3, column 5: label "a": expected "=", got "+"`.
 */
export class ParseError extends Error {
  /** The line, from 1. */
  readonly line: number;
  /** The place in that line, from 1, counted as JavaScript counts a string: in UTF-16 units. */
  readonly column: number;
  /** What was expected, and what is there instead. */
  readonly reason: string;

  constructor(reason: string, line: number, column: number) {
    super(`line ${line}, column ${column}: ${reason}`);
    this.name = 'ParseError';
    this.line = line;
    this.column = column;
    this.reason = reason;
  }
}

/** A piece of the input as messages show it: quoted, and cut where it is long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** What messages call a sample. */
export function sampleSubject(name: string): string {
  return `sample ${quote(name)}`;
}
