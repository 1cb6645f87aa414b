// The cases in QuickJS: `node quickjs.js ./promlet.js`, beside a folder `node_modules` that has it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

import { getQuickJS } from 'quickjs-emscripten';

const [file] = process.argv.slice(2);
const MEMORY_BYTES = 16 * 1024 * 1024;

const runtime = (await getQuickJS()).newRuntime();
runtime.setMemoryLimit(MEMORY_BYTES);
runtime.setModuleLoader((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));
const context = runtime.newContext();

const has = (name) => context.unwrapResult(context.evalCode(`typeof ${name}`)).consume(context.dump) !== 'undefined';
assert.deepEqual(['TextEncoder', 'TextDecoder', 'performance', 'console', 'setTimeout', 'Intl', 'Buffer', 'fetch', 'AbortController'].filter(has), []);

const code = `import * as promlet from '${file}'; import { runCases } from './cases.js'; runCases(promlet).then((found) => (globalThis.results = JSON.stringify(found)), (error) => (globalThis.results = String(error)));`;
context.unwrapResult(context.evalCode(code, 'entry.js', { type: 'module' })).dispose();
context.unwrapResult(runtime.executePendingJobs());
console.log(context.getProp(context.global, 'results').consume(context.dump));
