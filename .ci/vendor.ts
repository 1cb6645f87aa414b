// `npm run vendor`: the files that can be copied into another code base, each one file that needs no other.
// The same sources give the same bytes on every machine.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from 'esbuild';
import type { Plugin } from 'esbuild';

import { withBanner } from '../lib/commands/banner.ts';
import { CODE_FILES, declarationsOf, selfTypes, vendoredFile } from '../lib/commands/forms.ts';
import { bundledDeclarations } from './declarations.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

interface VendoredFile {
  readonly name: string;
  /** Files of `lib/`. */
  readonly entries: readonly string[];
  readonly platform: 'neutral' | 'node';
  readonly target: string;
}

const FILES: readonly VendoredFile[] = [
  // For small and old engines: they read no later syntax.
  { name: 'promlet', entries: ['index', 'parse'], platform: 'neutral', target: 'es2020' },
  { name: 'promlet-exporter', entries: ['index', 'parse', 'http', 'exporter'], platform: 'node', target: 'node20' },
];

/** The files of which `promlet vendor` makes all others, by name. */
export async function builtFiles(): Promise<Map<string, string>> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const licence = readFileSync(join(root, 'LICENSE'), 'utf8');
  const texts = new Map<string, string>();
  const declarations = mkdtempSync(join(tmpdir(), 'promlet-declarations-'));
  try {
    execFileSync(process.execPath, [join(root, 'node_modules/.bin/tsc'), '-p', join(root, 'lib'), '--outDir', declarations]);
    for (const file of FILES) {
      for (const form of [file.name, `${file.name}.min`]) texts.set(`${form}.js`, selfTypes(`${form}.d.ts`) + (await bundled(file, form.endsWith('.min'))));
      texts.set(`${file.name}.d.ts`, bundledDeclarations(file.entries.map((entry) => join(declarations, `${entry}.d.ts`))));
    }
  } finally {
    rmSync(declarations, { recursive: true });
  }
  for (const [file, text] of texts) texts.set(file, withBanner({ file, version }, licence, text));
  return texts;
}

/** All files that `promlet vendor` can write, by name. */
export async function vendoredFiles(): Promise<Map<string, string>> {
  const built = await builtFiles();
  const names = CODE_FILES.flatMap((file) => [file, declarationsOf(file)]);
  return new Map(names.map((name) => [name, vendoredFile(name, (file) => built.get(file))!]));
}

/** The folder that the package has. There the declarations of a minified file lead to those of the same file in full. */
export async function writeVendoredFiles(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of await builtFiles()) writeFileSync(join(folder, file), text);
  for (const { name } of FILES) writeFileSync(join(folder, `${name}.min.d.ts`), `export * from './${name}.js';\n`);
}

/** One file has nothing that is loaded where it is asked for: whoever wants the live page there gets the plain one, and groups are an error. */
const WITHOUT_LOADED: Plugin = {
  name: 'without-loaded',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]lib[\\/]scraping[\\/]live-page\.ts$/ }, () => ({ contents: 'export const livePage = undefined;', loader: 'ts' }));
    onLoad({ filter: /[\\/]lib[\\/]cluster\.ts$/ }, () => ({ contents: 'export const joinGroup = undefined;', loader: 'ts' }));
  },
};

async function bundled({ entries, platform, target }: VendoredFile, minify: boolean): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: entries.map((entry) => `export * from './lib/${entry}.ts';`).join('\n'), resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    write: false,
    minify,
    format: 'esm',
    platform,
    target,
    plugins: [WITHOUT_LOADED],
    // Fields are set as by assignment, as engines without them need it: defining them one by one is slower.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
  });
  return outputFiles[0]!.text;
}

if (import.meta.url === pathToFileURL(process.argv[1]!).href) await writeVendoredFiles(join(root, 'dist/vendor'));
