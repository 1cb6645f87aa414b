// Whether the declarations, the vendored ones and the sources satisfy compilers of other versions and settings than ours.

import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { here, root } from './project.ts';
import type { Project } from './project.ts';

const STRICT = { noEmit: true, strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, target: 'es2022', pretty: false };
/** The compiler that promlet is developed with. */
const OURS = '7';
const VERSIONS = ['5.0', '5.4', '5.9', '6.0', OURS];

interface Setting {
  readonly options: object;
  /** The endings of the program's files: modules, CommonJS or both. */
  readonly endings: readonly ('ts' | 'cts')[];
  readonly versions?: readonly string[];
}

const BOTH = ['ts', 'cts'] as const;
const SETTINGS: Readonly<Record<string, Setting>> = {
  node10: { options: { module: 'commonjs', moduleResolution: 'node10' }, endings: ['cts'], versions: ['5.0', '5.4', '5.9'] },
  'node10, deprecated': { options: { module: 'commonjs', moduleResolution: 'node10', ignoreDeprecations: '6.0' }, endings: ['cts'], versions: ['6.0'] },
  'module: commonjs alone': { options: { module: 'commonjs' }, endings: ['cts'], versions: ['5.0', '5.4', '5.9', OURS] },
  node16: { options: { module: 'node16' }, endings: BOTH },
  nodenext: { options: { module: 'nodenext' }, endings: BOTH },
  node20: { options: { module: 'node20' }, endings: BOTH, versions: ['5.9', OURS] },
  bundler: { options: { module: 'esnext', moduleResolution: 'bundler' }, endings: ['ts'] },
  'module: preserve': { options: { module: 'preserve' }, endings: BOTH, versions: ['5.4', OURS] },
  'bundler, module: commonjs': { options: { module: 'commonjs', moduleResolution: 'bundler' }, endings: ['cts'], versions: ['6.0', OURS] },
};

/** All that is to be checked, by title. */
export function compilations(project: Project): ReadonlyMap<string, () => void> {
  prepare(project);
  const checks = new Map<string, () => void>();
  for (const [name, { options, endings, versions = VERSIONS }] of Object.entries(SETTINGS)) {
    for (const version of versions) checks.set(`types: TypeScript ${version}, ${name}`, () => types(project, version, options, endings));
  }
  for (const version of ['5.4', '5.9', '6.0', OURS]) checks.set(`lib/ in a strict host: TypeScript ${version}`, () => sources(project, version));
  return checks;
}

/** The declarations as users see them, checked themselves as well. */
function types(project: Project, version: string, module: object, endings: readonly string[]): void {
  const options = { ...STRICT, ...module, lib: ['es2022'], skipLibCheck: false };
  compile(project, version, { ...options, types: [] }, endings.flatMap((ending) => [`neutral.${ending}`, `neutral-*.${ending}`]));
  // Node's own declarations need a newer compiler than the oldest; ours do not.
  const more = endings === BOTH ? ['both.mts'] : [];
  compile(project, version, { ...options, types: ['node'], skipLibCheck: true }, [...more, ...endings.flatMap((ending) => [`node.${ending}`, `node-*.${ending}`])]);
}

/** The sources as a host compiles them that is stricter than we are. */
function sources(project: Project, version: string): void {
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
  compile(project, version, { ...STRICT, ...more, module: 'nodenext', lib: ['es2023'], types: ['node'], allowImportingTsExtensions: true, skipLibCheck: true }, ['copied']);
}

function compile(project: Project, version: string, compilerOptions: object, include: readonly string[]): void {
  // Test runners need 5.9, under its own name.
  const compiler = version === OURS ? join(root, 'node_modules/typescript') : join(project.tools, 'node_modules', `typescript${version.replace('5.9', '').replace('.', '')}`);
  project.write('tsconfig.json', { compilerOptions, include });
  project.run(process.execPath, join(compiler, 'bin/tsc'), '-p', project.folder);
}

/** The programs, importing the package, and the same with the vendored files instead; and a copy of the sources. */
function prepare({ folder, installed, write, run }: Project): void {
  const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { exports: object };
  const paths = Object.keys(exports).filter((path) => path !== './package.json');
  const every = paths.map((path, i) => `import * as entry${i} from 'promlet${path.slice(1)}';\nexport const use${i}: object = entry${i};\n`).join('');
  for (const ending of BOTH) write(`node-every.${ending}`, every);
  cpSync(join(installed, 'dist/vendor'), join(folder, 'vendor'), { recursive: true });
  // All but the page, which is for browsers.
  cpSync(join(root, 'lib'), join(folder, 'copied'), { recursive: true, filter: (path) => path !== join(root, 'lib/page') });
  cpSync(join(here, 'user/both.mts'), join(folder, 'both.mts'));
  for (const program of ['measured', 'tested']) for (const ending of BOTH) cpSync(join(here, `user/${program}.ts`), join(folder, `node-${program}.${ending}`));
  for (const [program, vendored] of [['neutral', 'promlet'], ['node', 'promlet-exporter']] as const) {
    const text = readFileSync(join(here, `user/${program}.ts`), 'utf8');
    for (const ending of BOTH) write(`${program}.${ending}`, text);
    for (const form of ['', '.min']) write(`${program}-vendored${form}.ts`, text.replace(/'promlet(?:\/\w+)?'/g, `'./vendor/${vendored}${form}.js'`));
    run(process.execPath, join(installed, 'lib/commands/bin.js'), 'vendor', '--commonjs', ...(program === 'node' ? ['--exporter'] : []), 'vendor');
    write(`${program}-vendored.cts`, text.replace(/'promlet(?:\/\w+)?'/g, `'./vendor/${vendored}.cjs'`));
  }
}
