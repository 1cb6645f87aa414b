// How many columns of a terminal a text takes, and texts that take as many as there are.

const NOTHING = /[\p{M}\p{Cf}\u1160-\u11ff]/u;
// What Unicode has as wide, by blocks, and emoji.
const WIDE = /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

function widthOfEach(character: string): number {
  return character < '\u0300' ? 1 : NOTHING.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** @param text - Printable. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfEach(character);
  return width;
}

/** The text in exactly so many columns: filled up, or cut with a mark at its end. */
export function fitted(text: string, columns: number, mark: string, align: 'left' | 'right' = 'left'): string {
  // No character has less than nothing: of a text of 100 kB no more is looked at than may fit.
  const cut = cutTo(text, columns, mark);
  const filling = ' '.repeat(Math.max(0, columns - displayWidth(cut)));
  return align === 'left' ? cut + filling : filling + cut;
}

function cutTo(text: string, columns: number, mark: string): string {
  if (columns <= 0) return '';
  let [width, end, kept] = [0, 0, 0];
  for (const character of text) {
    width += widthOfEach(character);
    // Marks without a width may come without end.
    if (width > columns || end > columns * 8) return text.slice(0, kept) + mark;
    end += character.length;
    if (width <= columns - mark.length) kept = end;
  }
  return text;
}
