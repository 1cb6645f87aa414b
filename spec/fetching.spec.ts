// A URL as the input of a command: what is asked for, with which headers, and what stays secret.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';

import { certificate, hasOpenssl } from '../bench/certificate.ts';
import { delimited, float, message, number, text } from './protobuf-bytes.ts';
import { refusingPort } from './http-service.ts';
import { GOOD, OK, listen, run } from './run-command.ts';

test('reads a URL, in the format that was asked for and that the answer names', async (t) => {
  const url = await listen(t, ({ headers: { accept } }, response) => {
    const isOpenMetrics = accept!.startsWith('application/openmetrics-text;version=1.0.0');
    if (!isOpenMetrics) assert.equal(accept, 'text/plain;version=0.0.4');
    response.setHeader('Content-Type', isOpenMetrics ? 'application/openmetrics-text; version=1.0.0' : 'text/plain; version=0.0.4');
    // Valid in the text format alone: OpenMetrics needs an end.
    response.end(GOOD);
  });
  assert.deepEqual(await run('check', url, '--format', 'text'), OK);
  assert.equal((await run('check', url, '--format', 'openmetrics')).exitCode, 1);
  assert.equal((await run('check', url)).exitCode, 1);
});

test('asks for each format by its name, and by default for those that a Prometheus with its defaults asks for', async (t) => {
  const asked: (string | undefined)[] = [];
  const url = await listen(t, ({ headers: { accept } }, response) => {
    asked.push(accept);
    response.end(GOOD);
  });
  await run('check', url);
  for (const format of ['text', 'openmetrics', 'openmetrics2', 'protobuf']) await run('check', url, '--format', format);
  assert.deepEqual(asked, [
    'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    'text/plain;version=0.0.4',
    'application/openmetrics-text;version=1.0.0',
    'application/openmetrics-text;version=2.0.0',
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
  ]);
});

test('reads OpenMetrics 2.0 and protobuf where the answer is in one of them', async (t) => {
  const answers = {
    'application/openmetrics-text; version=2.0.0; charset=utf-8': '# HELP jobs_total Jobs done.\n# TYPE jobs_total counter\njobs_total{queue="a"} 1 st@1.5\n# EOF\n',
    'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited': delimited(text(1, 'jobs_total'), text(2, 'Jobs done.'), number(3, 0), message(4, message(3, float(1, 1)))),
  };
  for (const [contentType, body] of Object.entries(answers)) {
    const url = await listen(t, (_, response) => {
      response.setHeader('Content-Type', contentType);
      response.end(body);
    });
    assert.deepEqual(await run('check', url), OK, contentType);
  }
});

test('says why where the answer is no exposition', async (t) => {
  const url = await listen(t, (_, response) => response.writeHead(404).end('none'));
  assert.deepEqual(await run('check', url), { exitCode: 1, stdout: '', stderr: `promlet: cannot read ${url}: it answered 404 Not Found\n` });
});

test('says why where nobody answers at a URL', async (t) => {
  const port = await refusingPort(t);
  const stderr = `promlet: cannot read http://127.0.0.1:${port}/: connect ECONNREFUSED 127.0.0.1:${port}\n`;
  assert.deepEqual(await run('check', `http://127.0.0.1:${port}/`), { exitCode: 1, stdout: '', stderr });
});

test('takes user and password out of a URL, and sends them as it should', async (t) => {
  const asked: (string | undefined)[] = [];
  const url = new URL(await listen(t, ({ headers }, response) => {
    asked.push(headers.authorization);
    response.end(GOOD);
  }));
  const credentials: readonly (readonly [inUrl: string, sent: string])[] = [
    ['user:password', 'user:password'],
    ['user', 'user:'],
    [':password', ':password'],
    ['us%40er:p%3Aass%2Fword%25', 'us@er:p:ass/word%'],
    ['user:100%', 'user:100%'],
    ['müller:pässe', 'müller:pässe'],
  ];
  for (const [inUrl] of credentials) assert.deepEqual(await run('check', `http://${inUrl}@${url.host}/`), OK);
  assert.deepEqual(asked, credentials.map(([, sent]) => `Basic ${Buffer.from(sent).toString('base64')}`));
});

test('sends headers, as many as there are, also in place of its own', async (t) => {
  const asked: Record<string, unknown>[] = [];
  const url = new URL(await listen(t, ({ headers }, response) => {
    asked.push(headers);
    response.end(GOOD);
  }));
  assert.deepEqual(await run('check', `http://user:password@${url.host}/`, '--header', 'authorization: Bearer a:b', '-H', 'X-Scope-OrgID:ä', '--header=Accept: text/plain', '-H', 'X-Empty:'), OK);
  const [{ authorization, accept, 'x-scope-orgid': scope, 'x-empty': empty }] = asked as [Record<string, string>];
  assert.deepEqual({ authorization, accept, scope: Buffer.from(scope!, 'latin1').toString(), empty }, { authorization: 'Bearer a:b', accept: 'text/plain', scope: 'ä', empty: '' });
});

test('shows no password and no token, in whatever form', async (t) => {
  const url = await listen(t, ({ url: path, headers }, response) => {
    // As unkind as a server can be.
    if (path === '/401') response.writeHead(401, `no ${headers.authorization} here`).end();
    else response.end(`user ${headers.authorization} ${headers['x-api-key']} ${Buffer.from(headers.authorization?.slice(6) ?? '', 'base64')}\n`);
  });
  const { host } = new URL(url);
  const secret = 's3cr%40t%2F%pa"ss';
  const forms = [secret, 's3cr@t/%pa"ss', 's3cr@t/%pa\\"ss', 's3cr', 'pa"ss', 'pa%22ss', Buffer.from('user:s3cr@t/%pa"ss').toString('base64'), 'tok3n-1', 'k3y-1'];
  const lines: string[][] = [
    ['check', `http://user:${secret}@${host}/`],
    ['check', `http://user:${secret}@${host}/401?api_key=k3y-1`],
    ['check', `http://user:${secret}@127.0.0.1:1/`],
    ['check', `http://user:${secret}@${host}/`, '--header', 'X-Api-Key: k3y-1'],
    ['convert', '--to', 'text', url, '-H', 'Authorization: Bearer tok3n-1', '-HX-Api-Key: k3y-1'],
    ['check', `http://user:s3cr@t/%pa"ss@${host}/`],
    ['check', `http://user:s3cr/t%pa"ss@${host}/`],
    ['check', `user:${secret}@${host}/`],
    ['check', url, `http://user:${secret}@${host}/`],
    ['check', '--timeout', `http://user:${secret}@${host}/`],
    ['convert', '--to', `http://user:${secret}@${host}/`],
    ['vendor', '--check', 'a', `http://user:${secret}@${host}/`],
    [`http://user:${secret}@${host}/`],
    ['check', '--header', 'Authorization: Bearer tok3n-1\n'.repeat(2), url],
    ['check', '--header', 'Bearer tok3n-1', url],
    ['check', '--header', 'Authorization:', 'Bearer', 'tok3n-1', url],
    ['check', '--headr=Authorization: Bearer tok3n-1', url],
  ];
  for (const line of lines) {
    const { exitCode, stdout, stderr } = await run(...line);
    assert.notEqual(exitCode, 0, line.join(' '));
    assert.match(stderr, /^promlet: ./);
    for (const form of forms) assert.ok(!(stdout + stderr).includes(form), `${line.join(' ')}\n${stdout}${stderr}`);
  }
});

test('of a certificate that nobody has signed, it says how to trust it', { skip: !hasOpenssl() && 'needs openssl' }, async (t) => {
  const server = createServer(certificate(), (_, response) => response.end(GOOD)).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const { exitCode, stderr } = await run('check', `https://localhost:${(server.address() as AddressInfo).port}`);
  assert.equal(exitCode, 1);
  assert.match(stderr, /^promlet: cannot read https:\/\/localhost:\d+\/metrics: self-signed certificate.*\nIf you trust it, name a file with its certificate, or that of its authority, in NODE_EXTRA_CA_CERTS\.\n$/);
});
