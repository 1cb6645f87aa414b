// The comment at the top of a vendored file: which file of which version it is, the licence, and a checksum, so
// that anybody can tell later whether the copy was edited.

import { createHash } from 'node:crypto';

/** What a banner says. */
export interface Banner {
  /** As it was called when it was built, such as `promlet.min.js`. */
  readonly file: string;
  readonly version: string;
  readonly checksum: string;
}

const HEAD = /^\/\*!\n \* promlet (\S+), ([\w-]+(?:\.min)?\.(?:js|d\.ts))\n \* Checksum: sha256 ([0-9a-f]{64}), /;

/** The text with its banner, ready to be written. */
export function withBanner({ file, version }: Omit<Banner, 'checksum'>, licence: string, text: string): string {
  const paragraphs = licence.trim().split('\n').map((line) => ` * ${line}`.trimEnd());
  const unsealed = `/*!
 * promlet ${version}, ${file}
 * Checksum: sha256 ${'0'.repeat(64)}, of this file with zeros here
 * A copy. Do not edit it: \`npx promlet vendor --check\` tells, and \`npx promlet vendor\` would overwrite it.
 *
${paragraphs.join('\n')}
 */
${text}`;
  return unsealed.replace(/0{64}/, checksumOf(unsealed));
}

/** What the file's banner says; undefined where it has none. */
export function readBanner(file: string): Banner | undefined {
  const [, version, name, checksum] = HEAD.exec(unixLines(file)) ?? [];
  return version === undefined ? undefined : { file: name!, version, checksum: checksum! };
}

/** Of the whole file, its banner too, whatever checksum stands there. */
export function checksumOf(file: string): string {
  const unsealed = unixLines(file).replace(HEAD, (head, _version, _file, checksum: string) => head.replace(checksum, '0'.repeat(64)));
  return createHash('sha256').update(unsealed).digest('hex');
}

// Git may write the lines of a checkout as Windows does, and nobody edited the copy then.
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
