// What the README and the guide show for shells, systemd, containers, Prometheus and Kubernetes: each line is run as it
// stands, on free ports and in folders of its own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { createExporter } from '../lib/exporter.ts';
import { serve } from '../lib/http.ts';
import { Registry } from '../lib/index.ts';
import { blocksIn } from './pages.ts';
import type { Block } from './pages.ts';
import { checkMetrics, promtool, testWith } from './programs.ts';
import { runWith } from './run-command.ts';
import { root, userProject } from './user-project.ts';

const folder = mkdtempSync(join(tmpdir(), 'promlet-commands-'));
const project = userProject();
after(() => {
  rmSync(folder, { recursive: true });
  project.remove();
});

/** Lines of shells, without what a comment says. */
const lines = [...new Set(blocksIn('sh').flatMap(({ code }) => code.trim().split('\n')).map((line) => line.replace(/ +#.*/, '')))];
const needs = (line: string): string[] => ['promtool', 'prometheus'].filter((program) => new RegExp(`(?:^|[|&] )${program} `).test(line));

test('there are lines for shells', () => assert.ok(lines.length >= 8));

for (const line of lines) {
  const title = `runs: ${line}`;
  const run = async (): Promise<void> => {
    const exporter = await createExporter({ port: 0, host: '127.0.0.1' });
    try {
      exporter.recordInvocation('lint', 'setup', true, 1);
      for (const command of line.split(' && ')) {
        let output = '';
        for (const stage of command.split(' | ')) output = await resultOf(stage.replaceAll('http://localhost:9090', exporter.url!), output);
      }
    } finally {
      await exporter.stop();
    }
  };
  if (needs(line).length > 0) testWith(needs(line), title, run);
  else test(title, run);
}

/** What one command prints. Throws where it fails. */
async function resultOf(command: string, input: string): Promise<string> {
  const words = command.split(' ');
  const [program, ...rest] = words;
  switch (program) {
    case 'curl': {
      const answer = await fetch(rest.at(-1)!);
      assert.equal(answer.status, 200, command);
      return answer.text();
    }
    case 'npx': {
      assert.equal(rest.shift(), 'promlet');
      const { exitCode, stdout, stderr } = await runWith({ stdin: [input] }, ...rest.map((word) => word.replace(/^src\//, `${folder}/`)));
      // The name of one gauge is remarked on, as the page says.
      assert.ok(exitCode === 0 || (exitCode === 3 && stdout.trim().split('\n').every((remark) => !/^\w+_/.test(remark) || remark.startsWith('active_sessions_total'))), `${command}: ${exitCode}\n${stdout}${stderr}`);
      return stdout;
    }
    case 'npm': {
      const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Readonly<Record<string, string>> };
      const name = rest[0] === 'run' ? rest[1]! : rest[0]!;
      assert.ok(['ci', 'pack'].includes(name) || name in scripts, command);
      return '';
    }
    case 'promtool':
      if (rest.join(' ') === 'check metrics') {
        const { complaints } = checkMetrics(input);
        assert.ok(complaints.every((complaint) => complaint.startsWith('active_sessions_total')), complaints.join('\n'));
      } else promtool(...rest.map((word) => (word.startsWith('lib/') ? join(root, word) : word)));
      return '';
    case 'prometheus':
      await prometheusStarts(rest);
      return '';
    default:
      throw new Error(`nothing runs ${command}`);
  }
}

async function prometheusStarts(flags: readonly string[]): Promise<void> {
  const values: Readonly<Record<string, (given: string) => string>> = {
    '--config.file': (given) => join(root, given),
    '--web.listen-address': () => '127.0.0.1:0',
    '--storage.tsdb.path': () => join(folder, 'data'),
  };
  const own = flags.map((flag) => flag.split('=') as [string, string]).map(([name, given]) => `${name}=${values[name]!(given)}`);
  const server = spawn('prometheus', own, { stdio: ['ignore', 'ignore', 'pipe'] });
  await endsWell(server, server.stderr, /ready to receive web requests/i);
}

testWith(['promtool'], 'the PromQL is what Prometheus reads', () => {
  const queries = blocksIn('promql').flatMap(({ code }) => code.trim().split('\n'));
  assert.ok(queries.length >= 6);
  const rules = queries.map((query, i) => `      - { record: "r${i}", expr: ${JSON.stringify(query)} }`);
  writeFileSync(join(folder, 'rules.yml'), `groups:\n  - name: guide\n    rules:\n${rules.join('\n')}\n`);
  promtool('check', 'rules', join(folder, 'rules.yml'));
});

const settings = blocksIn('yaml');

testWith(['promtool'], 'the settings of Prometheus are what it reads', () => {
  const own = settings.filter(({ code }) => code.includes('scrape_configs'));
  assert.ok(own.length >= 2);
  for (const { code } of own) {
    writeFileSync(join(folder, 'prometheus.yml'), code);
    // Passwords and certificates are files elsewhere.
    promtool('check', 'config', '--syntax-only', join(folder, 'prometheus.yml'));
  }
});

test('the probes ask for what is answered', async () => {
  const [probes, ...others] = settings.filter(({ code }) => !code.includes('scrape_configs'));
  assert.deepEqual(others, []);
  const paths = [...probes!.code.matchAll(/path: (\S+?),/g)].map(([, path]) => path!);
  assert.deepEqual(paths, ['/-/healthy', '/-/ready']);
  const server = await serve(new Registry(), { port: 0, host: '127.0.0.1' });
  const answers = await Promise.all(paths.map((path) => fetch(server.url + path)));
  await server.close();
  assert.deepEqual(answers.map(({ status }) => status), [200, 200]);
});

test('what systemd starts runs from the package, and ends at SIGTERM', async () => {
  const [command] = onlyOne('ini').code.match(/(?<=^ExecStart=).*$/m)!;
  const [node, cli, ...words] = command.split(' ');
  assert.equal(node, '/usr/bin/node');
  await runsInPackage(cli!.replace('/srv/demo/', ''), words);
});

test('what the container starts runs from the package, and ends at SIGTERM', async () => {
  const [node, cli, ...words] = JSON.parse(onlyOne('dockerfile').code.match(/(?<=^CMD ).*$/m)![0]) as string[];
  assert.equal(node, 'node');
  await runsInPackage(cli!, words);
});

function onlyOne(language: string): Block {
  const [block, ...others] = blocksIn(language);
  assert.deepEqual(others, []);
  return block!;
}

async function runsInPackage(cli: string, words: readonly string[]): Promise<void> {
  const free = words.map((word) => (/^\d+$/.test(word) ? '0' : word));
  const child = spawn(process.execPath, [cli, ...free, ...(free.includes('--host') ? [] : ['--host', '127.0.0.1'])], { cwd: project.folder, stdio: ['ignore', 'pipe', 'inherit'] });
  await endsWell(child, child.stdout, /Ctrl-C ends it/);
}

/** Waits for what a process says once it runs, ends it by SIGTERM, and expects the exit code 0. */
async function endsWell(child: ChildProcess, output: NodeJS.ReadableStream, ready: RegExp): Promise<void> {
  const ended = once(child, 'exit');
  let said = '';
  try {
    await new Promise<void>((resolve) => {
      output.on('data', (piece) => ready.test((said += String(piece))) && resolve());
      child.once('exit', () => resolve());
    });
    assert.match(said, ready);
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null], said);
  } finally {
    child.kill('SIGKILL');
  }
}
