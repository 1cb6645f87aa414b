// What the engines run: the files of promlet in each form, and the small programs that give them to the cases.

import { cpSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { buildSync } from 'esbuild';

import { declarationsOf, vendoredFile } from '../../lib/commands/forms.ts';
import { vendoredFiles } from '../vendor.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');

/** What a program under Deno may import, and what it is called there. */
export const DENO_TYPED: readonly (readonly [string, string])[] = [['promlet.js', 'promlet.js'], ['promlet.min.js', 'promlet.min.js'], ['promlet-exporter.js', 'promlet-exporter.js'], ['promlet.js', 'metrics.mjs'], ['promlet.min.js', 'metrics.js'], ['promlet.cjs', 'metrics.cjs']];

/** The folders in which the engines run: the kit has all that is run, the other nothing but `lib/`. */
export async function prepare(kit: string, fresh: string, modules: string): Promise<void> {
  for (const file of ['cases.js', 'serving.js', 'process.js', 'measuring.js', 'testing.js', 'worker.js', 'workerd.capnp', 'quickjs.js', 'constrained.js', 'loading.js']) cpSync(join(here, file), join(kit, file));
  const files = await vendoredFiles();
  for (const [file, text] of files) writeFileSync(join(kit, file), text);
  symlinkSync(modules, join(kit, 'node_modules'));
  for (const folder of [kit, fresh]) cpSync(join(root, 'lib'), join(folder, 'lib'), { recursive: true });
  const write = (file: string, text: string): void => writeFileSync(join(kit, file), text);
  write('package.json', '{ "type": "module" }');
  write('empty.js', 'export {};\n');
  for (const file of ['promlet', 'promlet.min']) write(`${file}.idle.js`, idleText(files.get(`${file}.js`)!));
  const runs = "import { runCases } from './cases.js';\nconsole.log(JSON.stringify(await runCases(promlet)));\n";
  for (const file of ['promlet', 'promlet.min']) write(`${file}.run.js`, `import * as promlet from './${file}.js';\n${runs}`);
  write('sources.run.ts', `import * as index from './lib/index.ts';\nimport * as parse from './lib/parse.ts';\nconst promlet = { ...index, ...parse };\n${runs}`);
  write('required.cjs', `const promlet = require(process.argv[2]);\nimport('./cases.js').then(async ({ runCases }) => console.log(JSON.stringify(await runCases(promlet))));\n`);
  write('serving.run.cjs', "const promlet = require('./promlet-exporter.min.cjs');\nimport('./serving.js').then(async ({ runServing }) => console.log(JSON.stringify(await runServing(promlet))));\n");
  for (const form of ['', '.min']) write(`script${form}.html`, `<!doctype html><link rel="icon" href="data:,"><script src="promlet.global${form}.js"></script><script type="module" src="script.js"></script>\n`);
  write('script.js', "import { runCases } from './cases.js';\nawait fetch('/results', { method: 'POST', body: JSON.stringify(await runCases(globalThis.promlet)) });\n");
  for (const [file, renamed] of DENO_TYPED) {
    if (renamed !== file) write(renamed, vendoredFile(file, (each) => files.get(each), declarationsOf(renamed))!);
    if (renamed !== file) write(declarationsOf(renamed), vendoredFile(declarationsOf(file), (each) => files.get(each))!);
  }
  write('types.ts', DENO_TYPED.map(([, file], i) => `import { Counter as Counter${i} } from './${file}';\n// @ts-expect-error: it has no labels\nnew Counter${i}({ name: 'a_total', help: 'A.' }).inc({ a: 'b' });\n`).join(''));
  write('serving.run.js', "import * as promlet from './promlet-exporter.min.js';\nimport { runServing } from './serving.js';\nconsole.log(JSON.stringify(await runServing(promlet)));\n");
  const processEntry = { contents: "export * from './lib/index.ts'; export * from './lib/process.ts';", resolveDir: root };
  buildSync({ stdin: processEntry, outfile: join(kit, 'promlet-process.js'), bundle: true, minify: true, format: 'esm', platform: 'node', target: 'es2022' });
  write('process.run.js', "import * as promlet from './promlet-process.js';\nimport { runProcess } from './process.js';\n// Nothing ends the process: it has to end by itself, while figures are shown.\npromlet.processMetrics();\nconsole.log(JSON.stringify(await runProcess(promlet, process.argv[2] !== 'no files')));\n");
  buildSync({ entryPoints: [join(root, 'lib/instrument.ts')], outfile: join(kit, 'instrument.js'), bundle: true, format: 'esm', target: 'es2022' });
  write('measuring.run.js', "import * as promlet from './promlet.js';\nimport * as instrument from './instrument.js';\nimport { runMeasuring } from './measuring.js';\nconsole.log(JSON.stringify(await runMeasuring({ ...promlet, ...instrument })));\n");
  const kitEntry = { contents: ['index', 'http', 'fetch', 'testing'].map((entry) => `export * from './lib/${entry}.ts';`).join(''), resolveDir: root };
  buildSync({ stdin: kitEntry, outfile: join(kit, 'promlet-testing.js'), bundle: true, format: 'esm', platform: 'node', target: 'es2022' });
  write('testing.run.js', "import * as promlet from './promlet-testing.js';\nimport { runTesting } from './testing.js';\nconsole.log(JSON.stringify(await runTesting(promlet)));\n");
  write('page.html', '<!doctype html><link rel="icon" href="data:,"><script type="module" src="page.js"></script>\n');
  write('page.js', "const promlet = await import(`./${location.search.slice(1)}`);\nimport { runCases } from './cases.js';\nawait fetch('/results', { method: 'POST', body: JSON.stringify(await runCases(promlet)) });\n");
  const example = EXAMPLE.code.replace(/'promlet(?:\/(\w+))?'/g, (_, entry = 'index') => `'./lib/${entry}.ts'`).replace(/port: \d+/, "port: 0, host: '127.0.0.1'");
  writeFileSync(join(fresh, 'example.ts'), `${example}\nconsole.log((await (await fetch(\`\${server.url}/metrics\`)).text()).trimEnd());\nawait server.close();\n`);
}

/** The text of a module as the body of a function that nobody calls, and as long. */
function idleText(text: string): string {
  const end = text.lastIndexOf('export');
  return `export function idle() {${text.slice(0, end)}}\n// ${'-'.repeat(text.length - end)}\n`;
}

/** A program as many begin, and what it shows. */
export const EXAMPLE: { readonly code: string; readonly shown: string } = {
  code: `import { Counter, Registry } from 'promlet';
import { serve } from 'promlet/http';
const registry = new Registry();
const requests = registry.register(new Counter({ name: 'http_requests_total', help: 'HTTP requests handled.', labelNames: ['method', 'status'] }));
requests.inc({ method: 'GET', status: 200 });
const server = await serve(registry, { port: 9464 });
`,
  shown: '# HELP http_requests_total HTTP requests handled.\n# TYPE http_requests_total counter\nhttp_requests_total{method="GET",status="200"} 1\n',
};
