// What a terminal gets to see: colours of ours, and nothing in a text that comes from elsewhere.

import type { Io, Output } from './command.ts';

const STYLES = { bold: 1, red: 31, green: 32, blue: 34 } as const;

/** Puts a style on a text, where the output shows it. */
export type Paint = (style: keyof typeof STYLES, text: string) => string;

/** Paints on a terminal, unless `NO_COLOR` is set or the terminal is dumb; leaves the text alone elsewhere. */
export function painter(output: Output, { env }: Io): Paint {
  const hasColors = output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return (style, text) => (hasColors ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text);
}

/** The text without characters that a terminal would act upon; as many as before, so that columns stay. */
export function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(/\p{Cc}/gu, '\ufffd');
}
