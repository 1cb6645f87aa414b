// Real PM2 with four instances behind one port, in its cluster mode and in its fork mode: whoever has the port answers
// for all; a reload and a SIGKILL lose nothing that was told.
//
// pm2.ts PACKAGE DIRECTORY: the packed package, and where a project with it and PM2 is made.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { parseSamples } from '../../lib/parse.ts';
import { eventually } from '../../spec/prometheus-server.ts';
import { freePort } from './service.ts';

const INSTANCES = 4;
/** Each instance counts one more than the one before. */
const COUNTED = (INSTANCES * (INSTANCES + 1)) / 2;

const PROGRAM = `
import { Counter, Gauge, Registry } from 'promlet';
import { joinGroup } from 'promlet/cluster';
import { serve } from 'promlet/http';

const registry = new Registry();
registry.register(new Counter({ name: 'jobs_total', help: 'Jobs done.' })).inc(1 + Number(process.env.NODE_APP_INSTANCE));
registry.register(new Gauge({ name: 'instances', help: 'One for each that lives.' })).set(1);
const group = await joinGroup(registry, { name: process.env.GROUP, folder: process.env.FOLDER });
const server = await serve(group, { port: Number(process.env.PORT), host: '127.0.0.1' });
process.send('ready');
process.on('SIGINT', async () => {
  await server.close();
  await group.leave();
  process.exit(0);
});
`;

const [packed, directory] = process.argv.slice(2).map((path) => resolve(path)) as [string, string];
mkdirSync(directory, { recursive: true });
writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n');
writeFileSync(join(directory, 'program.mjs'), PROGRAM);
execFileSync('npm', ['install', '--no-audit', '--no-fund', 'pm2@7.0.4', packed], { cwd: directory, stdio: 'inherit' });

try {
  for (const mode of ['cluster', 'fork']) await tried(mode);
} finally {
  pm2('kill');
}

async function tried(mode: string): Promise<void> {
  const port = await freePort();
  const app = {
    name: mode, script: 'program.mjs', cwd: directory, exec_mode: mode, instances: INSTANCES, wait_ready: true,
    env: { GROUP: mode, FOLDER: join(directory, 'group'), PORT: String(port) },
  };
  writeFileSync(join(directory, `${mode}.json`), JSON.stringify({ apps: [app] }));
  pm2('start', `${mode}.json`);
  await eventually(async () => assert.deepEqual(await scraped(port), { jobs: COUNTED, instances: INSTANCES, members: INSTANCES }));
  pm2('reload', mode);
  await eventually(async () => assert.deepEqual(await scraped(port), { jobs: 2 * COUNTED, instances: INSTANCES, members: INSTANCES }));
  const listed = pm2('jlist');
  const [first] = JSON.parse(listed.slice(listed.indexOf('[{'))) as [{ readonly pid: number }];
  process.kill(first.pid, 'SIGKILL');
  // PM2 starts it again, and it counts what it counts.
  await eventually(async () => {
    const { jobs, instances, members } = await scraped(port);
    assert.ok(jobs > 2 * COUNTED && instances === INSTANCES && members === INSTANCES, `${jobs} jobs, ${instances} instances, ${members} members`);
  });
  pm2('delete', mode);
  console.log(`· PM2, ${mode} mode: ${INSTANCES} instances behind one port, one answer; a reload and a SIGKILL lost nothing`);
}

async function scraped(port: number): Promise<Record<'jobs' | 'instances' | 'members', number>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' }, signal: AbortSignal.timeout(5_000) });
  const samples = [...parseSamples(await response.text())];
  const value = (name: string): number => Number(samples.find((sample) => sample.name === name)?.value);
  return { jobs: value('jobs_total'), instances: value('instances'), members: value('promlet_group_members') };
}

function pm2(...args: string[]): string {
  return execFileSync(join(directory, 'node_modules/.bin/pm2'), args, { cwd: directory, encoding: 'utf8', env: { ...process.env, PM2_HOME: join(directory, 'pm2') } });
}
