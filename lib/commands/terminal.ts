// What a terminal may receive: our own styles, and no character of foreign text that it would act upon.

import type { Io, Output } from './command.ts';

const STYLES = { bold: 1, red: 31, green: 32, blue: 34 } as const;

/** Puts a style on a text, where the output shows it. */
export type Paint = (style: keyof typeof STYLES, text: string) => string;

/** Paints on a terminal, unless `NO_COLOR` is set or the terminal is dumb; leaves the text alone elsewhere. */
export function painter(output: Output, { env }: Pick<Io, 'env'>): Paint {
  const hasColors = output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return (style, text) => (hasColors ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text);
}

// Controls from U+0000 and from U+0080, marks that change the direction, other line ends, and the byte order
// mark, which shows nothing.
const UNPRINTABLE = '\\p{Cc}\\p{Bidi_Control}\\p{Zl}\\p{Zp}\\ufeff';
const EACH_UNPRINTABLE = new RegExp(`[${UNPRINTABLE}]`, 'gu');

/** One line without characters that a terminal would act upon; as many as before, so that columns stay. */
export function printable(text: string): string {
  return text.replaceAll('\t', ' ').replace(EACH_UNPRINTABLE, '\ufffd');
}

const STYLE = `\u001b\\[(?:0|${Object.values(STYLES).join('|')})m`;
const OWN_STYLE_OR_UNPRINTABLE = new RegExp(`${STYLE}|[${UNPRINTABLE}]`, 'gu');

/** One line without characters that a terminal would act upon, but for our own styles. */
export function styledLine(text: string): string {
  return text.replace(OWN_STYLE_OR_UNPRINTABLE, (found) => (found.length > 1 ? found : '\ufffd'));
}

/** As `printable`, line by line. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

// What commands write on purpose: styles, a line that is rewritten, line feeds and tabs.
const OWN_OR_UNPRINTABLE = new RegExp(`${STYLE}|\r\u001b\\[K|[${UNPRINTABLE}]`, 'gu');

/**
 * The output behind a filter: a last wall for text that nobody made `printable`.
 *
 * @param conceal - Takes away what nobody may read.
 */
export function guarded(output: Output, conceal: (text: string) => string = (text) => text): Output {
  return {
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
    write: (chunk) => output.write(conceal(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)).replace(OWN_OR_UNPRINTABLE, (found) => (found.length > 1 || found === '\n' || found === '\t' ? found : '\ufffd'))),
  };
}
