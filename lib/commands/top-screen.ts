// The terminal as `promlet top` uses it: the whole screen, line by line, and keys as they are typed. What it found
// there comes back when it is closed, and when the process ends in whatever way.

import type { ReadStream, WriteStream } from 'node:tty';

import type { Screen } from './command.ts';
import { styledLine } from './terminal.ts';

// The other screen, so that what was on this one comes back; no cursor, and no line that wraps.
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const CLOSE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const [HOME, TO_END_OF_LINE, TO_END_OF_SCREEN] = ['\u001b[H', '\u001b[K', '\u001b[J'];

/** @param stdin - Whose keys are taken where it is a terminal. */
export function terminalScreen(stdin: ReadStream, stdout: WriteStream): Screen {
  return {
    get columns() {
      return stdout.columns || 80;
    },
    get rows() {
      return stdout.rows || 24;
    },
    open({ onKeys, onResize }) {
      const hasKeys = stdin.isTTY;
      const close = (): void => {
        process.off('exit', close);
        stdout.off('resize', onResize);
        stdin.off('data', onKeys);
        if (hasKeys) stdin.setRawMode(false).pause();
        stdout.write(CLOSE);
      };
      process.on('exit', close);
      stdout.on('resize', onResize);
      if (hasKeys) stdin.setRawMode(true).setEncoding('utf8').on('data', onKeys);
      stdout.write(OPEN);
      return close;
    },
    draw: (lines) => void stdout.write(HOME + lines.map((line) => styledLine(line) + TO_END_OF_LINE).join('\r\n') + TO_END_OF_SCREEN),
  };
}
