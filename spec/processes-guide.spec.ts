// `lib/guide/processes.md`: its program runs as it stands, but for ports and the folder.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';

import { sampleValue } from '../lib/testing.ts';
import { parse } from '../lib/parse.ts';
import { blocksIn, page } from './pages.ts';
import { userProject } from './user-project.ts';

const WORKERS = 4;

const project = userProject();
after(() => project.remove());

test('the workers of the program answer as one, whoever was asked to work', async (t) => {
  const [block] = blocksIn('js').filter((each) => each.page === page('processes.md'));
  const folder = join(project.folder, 'group');
  const program = [
    ['{ name: \'shop\' }', `{ name: 'shop', folder: ${JSON.stringify(folder)} }`],
    ['await serve(group, { port: 9464 });', 'const { url } = await serve(group, { port: 0, host: \'127.0.0.1\' });'],
    ['.listen(3000)', '.listen(0, \'127.0.0.1\', function () { console.log(`${url} http://127.0.0.1:${this.address().port}`); })'],
  ].reduce((code, [from, to]) => {
    assert.ok(code.includes(from!), from);
    return code.replace(from!, () => to!);
  }, block!.code);
  project.write('shop.cjs', program);
  const child = spawn(process.execPath, ['shop.cjs'], { cwd: project.folder, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  const ended = once(child, 'exit');
  t.after(async () => {
    process.kill(-child.pid!, 'SIGKILL');
    await ended;
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) if (lines.push(line) === WORKERS) break;
  const [metrics, work] = lines[0]!.split(' ') as [string, string];
  const get = async (url: string): Promise<string> => (await fetch(url, { headers: { connection: 'close' } })).text();
  for (let i = 0; i < 2 * WORKERS; i++) assert.equal(await get(work), 'ordered\n');
  for (let i = 0; i < WORKERS; i++) {
    const families = parse(await get(`${metrics}/metrics`));
    const shown = { collect: () => families };
    assert.equal(sampleValue(shown, 'orders_total'), 2 * WORKERS);
    assert.equal(sampleValue(shown, 'promlet_group_members'), WORKERS);
  }
});
