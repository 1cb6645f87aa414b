// A process of its own whose figures are known: it runs some code with the library in scope. The library is one built
// file, so that no loader takes part in what is measured, and worker threads can import it too.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

import { buildSync } from 'esbuild';

import { root } from './user-project.ts';

const folder = mkdtempSync(join(tmpdir(), 'promlet-process-'));
after(() => rmSync(folder, { recursive: true }));
const library = join(folder, 'library.mjs');
const contents = "export * from './lib/index.ts'; export * from './lib/process.ts';";
buildSync({ stdin: { contents, resolveDir: root }, outfile: library, bundle: true, format: 'esm', platform: 'node', target: 'es2022' });

const PROLOGUE = `
  import { execFileSync } from 'node:child_process';
  import fs from 'node:fs';
  import os from 'node:os';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { Worker } from 'node:worker_threads';
  const library = ${JSON.stringify(pathToFileURL(library).href)};
  const { Registry, processMetrics, render } = await import(library);
  // Begun before anything is measured: to open it takes descriptors.
  process.stderr.write('\\n');
  const scraped = async (runtime) => { await runtime.refresh(); return render(runtime); };
  const valueIn = (text, series) => Number(text.split('\\n').find((line) => line.startsWith(series + ' '))?.slice(series.length));
  // Not where the engine prints its own trace, which is written in blocks that end amid a line.
  const print = (found) => console.error(JSON.stringify(found));
`;

/** All that it printed, and what it gave to `print`. */
export async function childOutput(code: string, flags: readonly string[] = []): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...flags, '--input-type=module', '--eval', PROLOGUE + code], { timeout: 300_000, maxBuffer: 2 ** 26 });
  return `${stdout}\n${stderr}`;
}

/** What it gave to `print`. */
export async function childSays(code: string, flags?: readonly string[]): Promise<Record<string, never>> {
  return JSON.parse((await childOutput(code, flags)).split('\n').findLast((line) => line.startsWith('{'))!) as Record<string, never>;
}
