// `npm run page`: makes the one module that ships of the live page, out of `lib/page/`. With `--check`, it writes
// nothing, and fails where the module is not what the sources give.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
export const MODULE: string = join(root, 'lib/scraping/live-page.ts');

/** The text of the module. The same sources give the same bytes on every machine. */
export function pageModule(): string {
  const [script, style] = [bundled('main.ts'), bundled('page.css')];
  const [head, between, ...parts] = readFileSync(join(root, 'lib/page/page.html'), 'utf8').replaceAll(/>\n</g, '><').trim().split(/\{\{(?:script|style)\}\}/);
  const template = [head, style, between, script, ...parts].join('');
  return `// Made by \`npm run page\`, out of lib/page/: not to be edited.

import type { LivePage } from './landing.ts';

export const livePage: LivePage = {
  html: ${quoted(template)},
  scriptHash: '${hash(script)}',
  styleHash: '${hash(style)}',
};
`;
}

function bundled(file: string): string {
  const { outputFiles } = buildSync({ entryPoints: [join(root, 'lib/page', file)], bundle: true, write: false, minify: true, format: 'iife', target: ['chrome110', 'firefox115', 'safari16'], legalComments: 'none' });
  const text = outputFiles[0]!.text.trim();
  if (/<\/(?:script|style)|<!--/i.test(text)) throw new Error(`${file}: would end its element`);
  return text;
}

/** As Content-Security-Policy has it. */
function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** A literal of one line that has no template's marks in it. */
function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

if (import.meta.url === pathToFileURL(process.argv[1]!).href) {
  const text = pageModule();
  if (!process.argv.includes('--check')) writeFileSync(MODULE, text);
  else if (readFileSync(MODULE, 'utf8') !== text) {
    console.error('lib/scraping/live-page.ts is stale: npm run page');
    process.exitCode = 1;
  }
}
