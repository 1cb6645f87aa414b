// Where the package is, seen from its sources as from what is built of them.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The path of a file or folder of the package. */
export function packagePath(path: string): string {
  return fileURLToPath(new URL(path, import.meta.resolve('promlet/package.json')));
}

export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as { version: string };
  return version;
}
