// Text of any kind within a table in Markdown: whatever it holds, it is shown as it is, and stays in its cell.

import { UNSHOWN } from './unshown.ts';

/** A name or value in a code span. */
export function code(text: string): string {
  const shown = text.replaceAll('\n', '\\n').replace(UNSHOWN, '\ufffd');
  const fence = '`'.repeat(Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const pad = /^`|`$|^ .* $/.test(shown) || shown.trim() === '' ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`.replaceAll('|', '\\|');
}

/** A sentence, on one line. GitHub Flavored Markdown, "Tables", and CommonMark, "Backslash escapes". */
export function prose(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim().replace(UNSHOWN, '\ufffd');
  // Within a word, an underscore is one.
  return line.replace(/[\\`*[\]<>|~&$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&');
}
