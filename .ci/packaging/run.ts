// The packed package, as its users get it: what is in it, what publint and attw say of it, and whether its
// types, the vendored ones and the sources satisfy compilers of other versions than ours.
//
// Usage: run.ts TARBALL [FOLDER]; the tools are installed in FOLDER, and found there the next time.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');

const [tarball, given] = process.argv.slice(2);
if (tarball === undefined) throw new Error('the path of the packed package is missing');
const tools = given ?? mkdtempSync(join(tmpdir(), 'promlet-tools-'));
const user = mkdtempSync(join(tmpdir(), 'promlet-user-'));
const installed = join(user, 'node_modules/promlet');

const STRICT = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, target: 'es2022', pretty: false };
/** The compiler that promlet is developed with. */
const OURS = '7';

let failures = 0;
try {
  install();
  unpack();
  check('holds what is needed, and nothing else', contents);
  check('source maps lead to the sources', sourceMaps);
  check('publint --strict', () => tool('publint', 'run', '--strict', tarball));
  // Node can require() an ES module from 20.19 on; the profile leaves out the verdict for those before.
  check('attw', () => tool('attw', tarball, '--profile', 'esm-only', '--format', 'ascii'));
  for (const version of ['5.0', '5.4', '5.9', OURS]) {
    for (const resolution of ['nodenext', 'bundler'] as const) check(`types: TypeScript ${version}, ${resolution}`, () => types(version, resolution));
  }
  for (const version of ['5.4', '5.9', OURS]) check(`lib/ in a strict host: TypeScript ${version}`, () => sources(version));
} finally {
  for (const folder of given === undefined ? [user, tools] : [user]) rmSync(folder, { recursive: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function check(title: string, run: () => void): void {
  try {
    run();
    console.log(`· ok      ${title}`);
  } catch (error) {
    failures++;
    console.log(`· FAILED  ${title}\n${(error as Error).message}`);
  }
}

function contents(): void {
  const sources = filesOf(join(root, 'lib')).filter((file) => file !== 'tsconfig.json');
  const built = sources
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => ['.js', '.js.map', '.d.ts'].map((ending) => `dist/${file.slice(0, -'.ts'.length)}${ending}`));
  const vendored = ['promlet', 'promlet-exporter'].flatMap((name) => ['.js', '.d.ts', '.min.js', '.min.d.ts'].map((ending) => `dist/vendor/${name}${ending}`));
  const expected = ['LICENSE', 'README.md', 'package.json', ...sources.map((file) => `lib/${file}`), ...built, ...vendored];
  assert.deepEqual(filesOf(installed), expected.sort());
}

function sourceMaps(): void {
  const maps = filesOf(join(installed, 'dist')).filter((file) => file.endsWith('.map'));
  assert.ok(maps.length > 50);
  for (const file of maps) {
    const path = join(installed, 'dist', file);
    const { sources } = JSON.parse(readFileSync(path, 'utf8')) as { sources: readonly string[] };
    assert.equal(sources.length, 1, file);
    const source = join(dirname(path), sources[0]!);
    assert.equal(relative(installed, source), `lib/${file.replace(/js\.map$/, 'ts')}`);
    assert.ok(existsSync(source), file);
    assert.match(readFileSync(path.replace(/\.map$/, ''), 'utf8'), /\n\/\/# sourceMappingURL=[\w-]+\.js\.map\s*$/);
  }
}

/** The declarations as users see them, checked themselves as well: from the package, and vendored. */
function types(version: string, resolution: 'nodenext' | 'bundler'): void {
  const module = resolution === 'nodenext' ? { module: 'nodenext' } : { module: 'esnext', moduleResolution: 'bundler' };
  const options = { ...STRICT, ...module, lib: ['es2022'], skipLibCheck: false };
  compile(version, { ...options, types: [] }, ['neutral.ts', 'neutral-vendored.ts', 'neutral-minified.ts']);
  // Node's own declarations need a newer compiler than the oldest; ours do not.
  compile(version, { ...options, types: ['node'], skipLibCheck: true }, ['node.ts', 'node-vendored.ts', 'node-minified.ts']);
}

/** The sources as a host compiles them that is stricter than we are. */
function sources(version: string): void {
  const more = {
    noPropertyAccessFromIndexSignature: true,
    noImplicitReturns: true,
    noFallthroughCasesInSwitch: true,
    noImplicitOverride: true,
    noUnusedLocals: true,
    noUnusedParameters: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    allowUnreachableCode: false,
    allowUnusedLabels: false,
  };
  compile(version, { ...STRICT, ...more, module: 'nodenext', lib: ['es2023'], types: ['node'], allowImportingTsExtensions: true, skipLibCheck: true }, ['copied']);
}

function compile(version: string, compilerOptions: object, include: readonly string[]): void {
  const compiler = version === OURS ? join(root, 'node_modules/typescript') : join(tools, `node_modules/typescript${version.replace('.', '')}`);
  writeFileSync(join(user, 'tsconfig.json'), JSON.stringify({ compilerOptions, include }));
  const { stdout, status } = spawnSync(process.execPath, [join(compiler, 'bin/tsc'), '-p', user], { encoding: 'utf8' });
  assert.equal(stdout, '');
  assert.equal(status, 0);
}

function tool(name: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(join(tools, 'node_modules/.bin', name), args, { encoding: 'utf8' });
  assert.equal(status, 0, `${stdout}${stderr}`);
}

function install(): void {
  mkdirSync(tools, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(here, file), join(tools, file));
  if (!existsSync(join(tools, 'node_modules'))) execFileSync('npm', ['ci', '--prefix', tools, '--no-audit', '--no-fund'], { stdio: 'ignore' });
}

/** A user's project with the package in it, its vendored files, and a copy of its sources. */
function unpack(): void {
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', tarball!, '-C', installed, '--strip-components=1']);
  for (const name of ['@types', 'undici-types']) symlinkSync(join(root, 'node_modules', name), join(user, 'node_modules', name));
  writeFileSync(join(user, 'package.json'), '{ "type": "module" }');
  cpSync(join(installed, 'dist/vendor'), join(user, 'vendor'), { recursive: true });
  cpSync(join(installed, 'lib'), join(user, 'copied'), { recursive: true });
  for (const [file, vendored] of [['neutral', 'promlet'], ['node', 'promlet-exporter']] as const) {
    const text = readFileSync(join(here, 'user', `${file}.ts`), 'utf8');
    writeFileSync(join(user, `${file}.ts`), text);
    for (const [form, ending] of [['vendored', 'js'], ['minified', 'min.js']] as const) {
      writeFileSync(join(user, `${file}-${form}.ts`), text.replace(/'promlet(?:\/\w+)?'/g, `'./vendor/${vendored}.${ending}'`));
    }
  }
}

function filesOf(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[]).filter((file) => statSync(join(folder, file)).isFile()).sort();
}
