// The parser's error, and how messages name what was found.

/**
 * Says what is wrong with an exposition, and where. Invalid input makes the parser throw nothing else.
 *
 * Its `message` is the place and the reason: `line 3, column 5: label "a": expected "=", got "+"`, or of protobuf
 * `byte 17: length: expected at most 3 bytes, got 90`.
 */
export class ParseError extends Error {
  /** The line, from 1; 0 in protobuf, which has none. */
  readonly line: number;
  /** The place in that line, from 1, in UTF-16 units, as JavaScript counts; 0 in protobuf. */
  readonly column: number;
  /** What was expected, and what is there instead. */
  readonly reason: string;
  /** In protobuf: the place, in bytes from 0. */
  readonly offset: number | undefined;

  constructor(reason: string, line: number, column: number, offset?: number) {
    super(`${offset === undefined ? `line ${line}, column ${column}` : `byte ${offset}`}: ${reason}`);
    this.name = 'ParseError';
    this.line = line;
    this.column = column;
    this.reason = reason;
    this.offset = offset;
  }
}

const SHOWN_LENGTH = 80;

// Control characters, bidirectional marks and whatever else is not seen. `JSON.stringify` escapes only what is below
// U+0020, and lone surrogates.
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

/** A piece of the input as messages show it: quoted, cut if it is long, and with nothing that a terminal obeys. */
export function quote(text: string): string {
  const isCut = text.length > SHOWN_LENGTH;
  // A pair of surrogates is not cut in two.
  const shown = isCut ? `${text.slice(0, SHOWN_LENGTH).replace(/[\ud800-\udbff]$/, '')}…` : text;
  return JSON.stringify(shown).replace(UNSHOWN, escaped);
}

function escaped(character: string): string {
  return character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What messages call a sample. */
export function sampleSubject(name: string): string {
  return `sample ${quote(name)}`;
}
