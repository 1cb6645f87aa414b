// `npm run build`: the package's `dist/`. Each file at the top of `lib/` is an entry point.
//
//   *.js, shared/   modules; what several entry points need is in shared files, so that each class exists once
//   cjs/            the same as CommonJS, with the declarations, which both forms share
//   *.d.ts          lead to those: modules may import declarations of CommonJS, but not the reverse
//   vendor/         what `promlet vendor` copies

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { buildSync, transformSync } from 'esbuild';
import type { BuildOptions } from 'esbuild';

import { writeVendoredFiles } from './vendor.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const OPTIONS: BuildOptions = { absWorkingDir: root, platform: 'node', target: 'es2022' };

/** Builds all but the files to vendor, in place of what is there. */
export function buildPackage(dist: string): void {
  rmSync(dist, { recursive: true, force: true });
  const sources = readdirSync(join(root, 'lib')).filter((file) => file.endsWith('.ts')).map((file) => `lib/${file}`);
  buildSync({ ...OPTIONS, entryPoints: sources, outdir: dist, bundle: true, splitting: true, chunkNames: 'shared/[hash]', format: 'esm' });

  const built = (readdirSync(dist, { recursive: true }) as string[]).filter((file) => file.endsWith('.js'));
  for (const file of built) writeFileSync(join(dist, file), withoutComments(readFileSync(join(dist, file), 'utf8')));

  // Where CommonJS is all there is, such as in Jest, `import()` fails: there it is a `require()` that comes later.
  const cjs = join(dist, 'cjs');
  const modules = built.filter((file) => file !== 'cli.js');
  buildSync({ ...OPTIONS, entryPoints: modules.map((file) => join(dist, file)), outdir: cjs, outbase: dist, format: 'cjs', supported: { 'dynamic-import': false } });
  writeFileSync(join(cjs, 'package.json'), '{ "type": "commonjs" }\n');

  const entries = modules.filter((file) => !file.includes('shared')).map((file) => file.slice(0, -'.js'.length));
  execFileSync(process.execPath, [join(root, 'node_modules/.bin/tsc'), '-p', join(root, 'lib'), '--outDir', cjs]);
  removeUnneeded(cjs, entries.map((entry) => join(cjs, `${entry}.d.ts`)));
  for (const entry of entries) writeFileSync(join(dist, `${entry}.d.ts`), `export * from './cjs/${entry}.js';\n`);
}

/** What users need of comments stands in the declarations. */
function withoutComments(code: string): string {
  const bare = code.replace(/^ *(?:\/\/.*|\/\*\*[^]*?\*\/)\n/gm, '');
  // What looks like a comment may be a line of a text.
  const [before, after] = [code, bare].map((each) => transformSync(each, { minify: true }).code);
  if (before !== after) throw new Error('more than comments would be left out');
  return bare;
}

/** Removes the declarations that no entry point's lead to: of what only the code inside imports. */
function removeUnneeded(folder: string, entries: readonly string[]): void {
  const needed = new Set(entries);
  for (const file of needed) {
    for (const [, target] of readFileSync(file, 'utf8').matchAll(/'(\.[^']+)\.ts'/g)) needed.add(join(dirname(file), `${target}.d.ts`));
  }
  for (const file of readdirSync(folder, { recursive: true }) as string[]) {
    if (file.endsWith('.d.ts') && !needed.has(join(folder, file))) rmSync(join(folder, file));
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]!).href) {
  buildPackage(join(root, 'dist'));
  await writeVendoredFiles(join(root, 'dist/vendor'));
}
