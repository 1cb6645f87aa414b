// The comment at the top of a vendored file: which file of which version it is, the licence, and a checksum, so
// that anybody can tell later whether the copy was edited.

import { createHash } from 'node:crypto';

/** What a banner says. */
export interface Banner {
  /** As it was called when it was written first, such as `promlet.min.js`. */
  readonly file: string;
  readonly version: string;
  readonly checksum: string;
}

const HEAD = /^\/\*!\n \* promlet (\S+), ([\w.-]+)\n \* Checksum: sha256 ([0-9a-f]{64}), /;
const ZEROS = '0'.repeat(64);

/** The text with its banner, ready to be written. */
export function withBanner({ file, version }: Omit<Banner, 'checksum'>, licence: string, text: string): string {
  const paragraphs = licence.trim().split('\n').map((line) => ` * ${line}`.trimEnd());
  return sealed(`/*!
 * promlet ${version}, ${file}
 * Checksum: sha256 ${ZEROS}, of this file with zeros here
 * A copy. Do not edit it: \`npx promlet vendor --check\` reports edits, and an update refuses them.
 *
${paragraphs.join('\n')}
 */
${text}`);
}

/** A file with a banner, as another file of the same version: under that name, and with another text. */
export function withBody(text: string, file: string, change: (body: string) => string): string {
  const end = text.indexOf('\n */\n') + '\n */\n'.length;
  const banner = text.slice(0, end).replace(HEAD, (head, _version, before: string, checksum: string) => head.replace(before, file).replace(checksum, ZEROS));
  return sealed(banner + change(text.slice(end)));
}

/** What the file's banner says; undefined where it has none. */
export function readBanner(file: string): Banner | undefined {
  const [, version, name, checksum] = HEAD.exec(unixLines(file)) ?? [];
  return version === undefined ? undefined : { file: name!, version, checksum: checksum! };
}

/** Of the whole file, its banner too, whatever checksum stands there. */
export function checksumOf(file: string): string {
  const unsealed = unixLines(file).replace(HEAD, (head, _version, _file, checksum: string) => head.replace(checksum, ZEROS));
  return createHash('sha256').update(unsealed).digest('hex');
}

function sealed(text: string): string {
  return text.replace(ZEROS, checksumOf(text));
}

// Git may give a checkout the line ends of Windows, which is no edit.
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
