// The service in ten lines of the README, run with the real Express. `node --import tsx spec/ten-lines.ts` writes what it
// shows to `ten-lines.json`, of the series that the README shows; what a process takes is another number each time.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { transformSync } from 'esbuild';

import { blocksIn, readme } from './pages.ts';
import type { Block } from './pages.ts';
import { root, userProject } from './user-project.ts';
import type { UserProject } from './user-project.ts';

const FILE = join(root, 'spec/ten-lines.json');

export function isOfExpress(code: string): boolean {
  return code.includes("from 'express'");
}

export function tenLines(): Block {
  const [block, ...others] = blocksIn('ts').filter(({ page, code }) => page === readme && isOfExpress(code));
  assert.deepEqual(others, []);
  return block!;
}

/** The lines that the README should show. */
export function readShown(): string[] {
  return JSON.parse(readFileSync(FILE, 'utf8')) as string[];
}

/** Runs it on any port, and returns what it shows after a request for a user. */
export async function shownByService(project: UserProject): Promise<string> {
  linkExpress(project);
  const service = `${onFreePort(tenLines().code)}\n${ASK}`;
  project.write('service.ts', service);
  project.write('service.mjs', withoutTypes(service));
  const { code, output } = await project.run('service.mjs');
  assert.equal(code, 0, output);
  return output;
}

/** The same of the service in CommonJS. */
export async function shownByCommonJs(project: UserProject, program: string): Promise<string> {
  linkExpress(project);
  project.write('service.cjs', `${onFreePort(program)}\n(async () => {${withoutTypes(ASK)}})();`);
  const { code, output } = await project.run('service.cjs');
  assert.equal(code, 0, output);
  return output;
}

/** For any Node, and without what `tsx` takes to start. */
export function withoutTypes(code: string): string {
  return transformSync(code, { loader: 'ts', format: 'esm', target: 'es2022' }).code;
}

/** A line's series, and its value unless the line is of the process. */
export function comparable(line: string): string {
  return line.replace(/^(process_|nodejs_)(.*) \S+$/, '$1$2 …');
}

const ASK = `
await new Promise<void>((resolve) => void server.once('listening', resolve));
const origin = \`http://127.0.0.1:\${(server.address() as { port: number }).port}\`;
await (await fetch(\`\${origin}/users/7\`)).text();
process.stdout.write(await (await fetch(\`\${origin}/metrics\`)).text());
setImmediate(() => process.exit(0));
`;

function onFreePort(code: string): string {
  return code.replace('listen(3000)', "listen(0, '127.0.0.1')");
}

function linkExpress(project: UserProject): void {
  if (!existsSync(join(project.folder, 'node_modules/express'))) project.link(join(root, 'spec/frameworks'), 'express');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const project = userProject();
  const lines = (await shownByService(project)).split('\n');
  project.remove();
  const wanted = tenLines().shown!.trim().split('\n').map((line) => line.replace(/ \S+$/, ' '));
  const shown = wanted.map((series) => lines.find((line) => line.startsWith(series)) ?? assert.fail(`there is no ${series}`));
  writeFileSync(FILE, `${JSON.stringify(shown, undefined, 1)}\n`);
  const before = readFileSync(join(root, readme.file), 'utf8');
  writeFileSync(join(root, readme.file), before.replace(tenLines().shown!, `${shown.join('\n')}\n`));
}
