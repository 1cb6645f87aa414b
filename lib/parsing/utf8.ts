// Bytes as text, where they are UTF-8. Does not know what the text says.

// Code units passed to `fromCharCode` at once: engines limit the number of arguments.
const RUN = 4096;

export interface Decoder {
  decode(bytes: Uint8Array): string;
}

// Not `instanceof`: the bytes may come from another realm, such as a test runner's.
export function isBytes(input: unknown): input is Uint8Array {
  return Object.prototype.toString.call(input) === '[object Uint8Array]';
}

/**
 * The engine's decoder, which throws for what is no UTF-8; undefined where it has none. A byte order mark within the input
 * is kept: in a label value it is data, elsewhere an error.
 */
export function fatalDecoder(): Decoder | undefined {
  const { TextDecoder } = globalThis as { TextDecoder?: new (label: string, options: object) => Decoder };
  return TextDecoder === undefined ? undefined : new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

/**
 * The text of the bytes up to the first that is not valid UTF-8; `invalidAt` is that byte, or -1. For engines without
 * `TextDecoder`, and to find the invalid byte.
 */
export function decodeUtf8(bytes: Uint8Array): { readonly text: string; readonly invalidAt: number } {
  let text = '';
  let units: number[] = [];
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0 || !isContinued(bytes, at, length)) break;
    let code = length === 1 ? lead : lead & (0xff >> (length + 1));
    for (let i = 1; i < length; i++) code = (code << 6) | (bytes[at + i]! & 0x3f);
    if (code < 0x10000) units.push(code);
    else units.push(0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
    at += length;
    if (units.length >= RUN) {
      text += String.fromCharCode(...units);
      units = [];
    }
  }
  return { text: text + String.fromCharCode(...units), invalidAt: at < bytes.length ? at : -1 };
}

// Unicode, table "Well-Formed UTF-8 Byte Sequences": the second byte excludes what a shorter sequence could encode,
// surrogates, and what lies above the last code point.
function isContinued(bytes: Uint8Array, at: number, length: number): boolean {
  if (at + length > bytes.length) return false;
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return false;
  const lead = bytes[at]!;
  const second = bytes[at + 1]!;
  if (lead === 0xe0) return second >= 0xa0;
  if (lead === 0xed) return second < 0xa0;
  if (lead === 0xf0) return second >= 0x90;
  return lead !== 0xf4 || second < 0x90;
}
