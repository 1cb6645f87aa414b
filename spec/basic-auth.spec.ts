// Names and passwords: who gets in, and what those who do not can learn.

import assert from 'node:assert/strict';
import crypto, { scryptSync } from 'node:crypto';
import type { ScryptOptions } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { fetchHandler } from '../lib/fetch.ts';
import { basicAuth, hashPassword, serve } from '../lib/http.ts';
import type { Authenticate } from '../lib/http.ts';
import { Gauge, Registry } from '../lib/index.ts';

/** A hash of little cost, so that the specs are quick. */
function quickHash(password: string, { N, r, p } = { N: 2, r: 8, p: 1 }, length = 32): string {
  const key = scryptSync(password.normalize('NFC'), Buffer.alloc(16), length, { N, r, p });
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=${Math.log2(N)},r=${r},p=${p}$${base64(Buffer.alloc(16))}$${base64(key)}`;
}

function asks(authenticate: Authenticate, authorization: string | undefined, address?: string): boolean | Promise<boolean> {
  return authenticate({ method: 'GET', target: '/metrics', headers: { authorization }, ...(address !== undefined && { address }) });
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test('the right name and password get in, again and again, and nobody else does', async () => {
  const authenticate = basicAuth({ prometheus: quickHash('secret'), __proto__x: quickHash('geheim: ü'), '': quickHash('') });
  for (let round = 0; round < 2; round++) {
    assert.equal(await asks(authenticate, basic('prometheus:secret')), true);
    assert.equal(await asks(authenticate, basic('prometheus:secret').replace('Basic', 'bAsIc')), true);
    assert.equal(await asks(authenticate, basic('__proto__x:geheim: u\u0308')), true);
    assert.equal(await asks(authenticate, basic(':')), true);
    for (const wrong of ['prometheus:Secret', 'prometheus:', 'prometheus', 'Prometheus:secret', 'nobody:secret', '__proto__:secret', 'constructor:', '__proto__x:secret', 'secret:prometheus', '']) {
      assert.equal(await asks(authenticate, basic(wrong)), false, wrong);
    }
    for (const malformed of [undefined, '', 'Basic', 'Basic !', 'Bearer secret', `${basic('prometheus:secret')} x`, basic('prometheus:secret').slice(6)]) {
      assert.equal(await asks(authenticate, malformed), false, malformed);
    }
  }
});

test('a hash is not made twice the same, does not hold the password, and is recognised', async () => {
  const [one, two] = await Promise.all([hashPassword('secret'), hashPassword('secret')]);
  assert.match(one, /^\$scrypt\$ln=14,r=8,p=5\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.notEqual(one, two);
  assert.equal(await asks(basicAuth({ prometheus: one }), basic('prometheus:secret')), true);
});

/** Counts what scrypt is asked for, without its taking time. */
function countingScrypt(t: TestContext): string[] {
  const asked: string[] = [];
  t.mock.method(crypto, 'scrypt', (_password: string, _salt: Buffer, length: number, { N, r, p }: ScryptOptions, done: (error: null, key: Buffer) => void) => {
    asked.push(`${N} ${r} ${p} ${length}`);
    setImmediate(done, null, Buffer.alloc(length));
  });
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return asked;
}

/** How many hashes were made since. */
function watchedScrypt(t: TestContext): () => number {
  const scrypt = t.mock.method(crypto, 'scrypt');
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  return () => scrypt.mock.callCount();
}

test('whether a name exists cannot be told from the work: it is the same for all, also where hashes differ in cost', async (t) => {
  const users = { cheap: quickHash('a'), also: quickHash('b'), dear: quickHash('c', { N: 8, r: 4, p: 2 }), long: quickHash('d', { N: 2, r: 8, p: 1 }, 64) };
  const authenticate = basicAuth(users);
  const asked = countingScrypt(t);
  const works: string[][] = [];
  for (const name of [...Object.keys(users), 'nobody', '', '__proto__', 'constructor']) {
    assert.equal(await asks(authenticate, basic(`${name}:wrong`)), false);
    works.push(asked.splice(0));
  }
  for (const work of works) assert.deepEqual(work, ['2 8 1 32', '8 4 2 32', '2 8 1 64']);
});

test('every user of a mixed set gets in with the right password, and with no other’s', async () => {
  const passwords = { cheap: 'a', dear: 'c', long: 'd' };
  const users = { cheap: quickHash('a'), dear: quickHash('c', { N: 8, r: 4, p: 2 }), long: quickHash('d', { N: 2, r: 8, p: 1 }, 64) };
  for (const [name, own] of Object.entries(passwords)) {
    const authenticate = basicAuth(users);
    for (const password of ['a', 'c', 'd', '']) assert.equal(await asks(authenticate, basic(`${name}:${password}`)), password === own);
    assert.equal(await asks(authenticate, basic(`${name}:${own}`)), true);
  }
});

test('what was right before is known without work, and what is malformed too', async (t) => {
  const authenticate = basicAuth({ prometheus: quickHash('secret') });
  assert.equal(await asks(authenticate, basic('prometheus:secret')), true);
  const asked = countingScrypt(t);
  assert.equal(asks(authenticate, basic('prometheus:secret')), true);
  assert.equal(asks(authenticate, 'Bearer x'), false);
  assert.deepEqual(asked, []);
});

test('those who come at once with the same right password wait for one check', async (t) => {
  const authenticate = basicAuth({ prometheus: quickHash('secret') });
  const checks = watchedScrypt(t);
  const answers = Array.from({ length: 5 }, (_, i) => asks(authenticate, basic('prometheus:secret'), `192.0.2.${i}`));
  assert.deepEqual(await Promise.all(answers), Array(5).fill(true));
  assert.equal(checks(), 1);
});

test('a password that was wrong is wrong again without work, for its own name alone', async (t) => {
  const authenticate = basicAuth({ prometheus: quickHash('secret'), other: quickHash('wrong') });
  for (const name of ['prometheus', 'nobody']) assert.equal(await asks(authenticate, basic(`${name}:wrong`)), false);
  const checks = watchedScrypt(t);
  for (const name of ['prometheus', 'nobody']) assert.equal(asks(authenticate, basic(`${name}:wrong`)), false);
  assert.equal(checks(), 0);
  assert.equal(await asks(authenticate, basic('other:wrong')), true);
  assert.equal(await asks(authenticate, basic('prometheus:secret')), true);
});

test('beside a flood of its own address and name, a right password that was turned away is the next to be checked when it comes again', async (t) => {
  const authenticate = basicAuth({ prometheus: quickHash('secret') });
  let tried = 0;
  const tries = (count: number): Promise<unknown>[] => Array.from({ length: count }, () => Promise.resolve(asks(authenticate, basic(`prometheus:${tried++}`), '192.0.2.1')).catch(() => 'refused'));
  const flood = tries(100);
  await assert.rejects(Promise.resolve(asks(authenticate, basic('prometheus:secret'), '192.0.2.1')), { retryAfterSeconds: 1 });
  flood.push(...tries(100));
  const checks = watchedScrypt(t);
  assert.equal(await asks(authenticate, basic('prometheus:secret'), '192.0.2.1'), true);
  // The one that was under way, at most, and its own.
  assert.ok(checks() <= 2, `${checks()} checks`);
  await Promise.all(flood);
});

test('what is remembered of passwords is bounded', async () => {
  const authenticate = basicAuth({ prometheus: quickHash('secret') });
  for (let i = 0; i < 30; i++) assert.equal(await asks(authenticate, basic(`prometheus:${i}`)), false);
  for (let i = 0; i < 10_000; i += 40) await Promise.all(Array.from({ length: 40 }, (_, j) => asks(authenticate, basic(`prometheus:x${i + j}`))));
  assert.equal(asks(authenticate, basic('prometheus:x9999')), false);
  assert.ok(asks(authenticate, basic('prometheus:0')) instanceof Promise);
});

for (const password of [undefined, null, 5, {}]) {
  test(`a password that is ${String(password)} is not hashed, and not shown`, async () => {
    await assert.rejects(hashPassword(password as string), { code: 'ERR_OPTION', message: `hashPassword: expected a string, got ${password === null ? 'null' : typeof password}` });
  });
}

test('a flood of passwords is turned away, and who was right before gets in beside it', async () => {
  const authenticate = basicAuth({ prometheus: quickHash('secret') });
  assert.equal(await asks(authenticate, basic('prometheus:secret')), true);
  const flood = Array.from({ length: 100 }, (_, i) => Promise.resolve(asks(authenticate, basic(`prometheus:${i}`))).catch((error: Error) => error.message));
  assert.equal(await asks(authenticate, basic('prometheus:secret')), true);
  const outcomes = await Promise.all(flood);
  assert.deepEqual([outcomes.filter((each) => each === false).length, outcomes.at(-1)], [50, 'basicAuth: too many passwords to check at once']);
});

test('a flood from elsewhere, or by other names, does not lock out a right password that was not seen before', async () => {
  for (const [address, name] of [['192.0.2.1', 'prometheus'], ['192.0.2.1', undefined], ['192.0.2.2', 'admin']] as const) {
    const authenticate = basicAuth({ prometheus: quickHash('secret') });
    const flood = Array.from({ length: 200 }, (_, i) => Promise.resolve(asks(authenticate, basic(`${name ?? `name${i}`}:${i}`), address)).catch((error: Error) => error.message));
    assert.equal(await asks(authenticate, basic('prometheus:secret'), '192.0.2.2'), true);
    const outcomes = await Promise.all(flood);
    // One less than without the right one, which came last and took a place.
    assert.deepEqual([outcomes.filter((each) => each === false).length, outcomes.includes('basicAuth: too many passwords to check at once')], [49, true]);
  }
});

test('over HTTP, those who are too many are answered 503, with a time to come again, and the right password gets in', async (t) => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'size', help: '' })).set(1);
  const server = await serve(registry, { port: 0, host: '127.0.0.1', authenticate: basicAuth({ prometheus: quickHash('secret', { N: 2 ** 12, r: 8, p: 1 }) }), maxInFlight: 5 });
  t.after(() => server.close());
  // No check ends before somebody was refused.
  const { scrypt } = crypto;
  let refused = (): void => {};
  const isFull = new Promise<void>((resolve) => (refused = resolve));
  t.mock.method(crypto, 'scrypt', (...given: Parameters<typeof scrypt>) => void isFull.then(() => scrypt(...given)));
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  const ask = async (text: string): Promise<Response> => {
    const response = await fetch(`${server.url}/metrics`, { headers: { authorization: basic(text), connection: 'close' } });
    if (response.status === 503) refused();
    await response.text();
    return response;
  };
  let isOver = false;
  const statuses: string[] = [];
  // As long as the right one was not let in, there are always more than can be checked.
  let tried = 0;
  const flood = Array.from({ length: 60 }, async () => {
    do {
      const { status, headers } = await ask(`admin:${tried++}`);
      statuses.push(`${status} ${headers.get('retry-after')} ${headers.get('www-authenticate')}`);
    } while (!isOver);
  });
  let status = 0;
  for (let i = 0; status !== 200 && i < 100; i++) ({ status } = await ask('prometheus:secret'));
  isOver = true;
  await Promise.all(flood);
  assert.equal(status, 200);
  assert.deepEqual([...new Set(statuses)].sort(), ['401 null Basic realm="metrics", charset="UTF-8"', '503 1 null']);
});

test('a check goes on when the client has gone, and is not cut off by the limit for collectors', async (t) => {
  const authenticate = basicAuth({ prometheus: await hashPassword('secret') });
  const server = await serve(new Registry(), { port: 0, host: '127.0.0.1', authenticate, deadlineMs: 1 });
  t.after(() => server.close());
  const headers = { authorization: basic('prometheus:secret'), connection: 'close' };
  assert.equal((await fetch(`${server.url}/metrics`, { headers })).status, 200);
  const other = basicAuth({ prometheus: await hashPassword('secret') });
  const gone = new AbortController();
  const handler = fetchHandler(new Registry(), { authenticate: other });
  const first = handler(new Request('http://localhost/', { headers, signal: gone.signal }));
  gone.abort();
  assert.equal((await first).status, 500);
  // Whoever waits behind it comes after it, and is known by then.
  assert.equal(await asks(other, basic('prometheus:wrong')), false);
  assert.equal(asks(other, basic('prometheus:secret')), true);
});

test('what is no hash is refused without being shown', () => {
  for (const hash of ['secret', '', '$scrypt$ln=14,r=8,p=5$short$short', undefined as unknown as string]) {
    assert.throws(() => basicAuth({ prometheus: hash }), {
      code: 'ERR_OPTION',
      message: 'basicAuth: user "prometheus": expected what hashPassword makes, as in "$scrypt$ln=14,r=8,p=5$…$…"',
    });
  }
  assert.throws(() => basicAuth({}), { code: 'ERR_OPTION', message: 'basicAuth: expected one user or more, got none' });
});

const [salt, key] = ['A'.repeat(22), 'B'.repeat(43)];

for (const [parameters, isChecked] of [
  ['ln=17,r=8,p=1', true],
  ['ln=1,r=1,p=1', true],
  ['ln=15,r=1,p=1', true],
  ['ln=1,r=8,p=99', true],
  ['ln=0,r=8,p=1', false],
  ['ln=14,r=0,p=1', false],
  ['ln=14,r=8,p=0', false],
  // More than scrypt itself allows for this r.
  ['ln=16,r=1,p=1', false],
  ['ln=18,r=8,p=1', false],
  ['ln=99,r=1,p=1', false],
  ['ln=17,r=9,p=1', false],
  ['ln=14,r=8,p=65', false],
  ['ln=10,r=99,p=99', false],
] as const) {
  test(`a hash of ${parameters} is ${isChecked ? 'taken, and can be checked' : 'refused at once'}`, async () => {
    const users = { prometheus: `$scrypt$${parameters}$${salt}$${key}` };
    if (isChecked) return assert.equal(await asks(basicAuth(users), basic('prometheus:secret')), false);
    assert.throws(() => basicAuth(users), {
      code: 'ERR_OPTION',
      message: `basicAuth: user "prometheus": expected a hash that takes at most 128 MiB and 2^23 steps to check, got ${parameters} of 32 bytes`,
    });
  });
}

test('users and realm that are none are refused in words', () => {
  const users = { prometheus: quickHash('secret') };
  for (const [given, realm, message] of [
    [null, undefined, 'basicAuth: expected hashes of passwords by user name, got null'],
    [undefined, undefined, 'basicAuth: expected hashes of passwords by user name, got undefined'],
    ['prometheus:secret', undefined, 'basicAuth: expected hashes of passwords by user name, got a string'],
    [{ 'a:b': users.prometheus }, undefined, 'basicAuth: user "a:b": expected a name without ":", which ends it in a request'],
    [users, 5, 'basicAuth: realm: expected a string, got 5'],
  ] as const) {
    assert.throws(() => basicAuth(given as never, realm as never), { code: 'ERR_OPTION', message });
  }
});

test('the challenge names the realm, whatever is in it', () => {
  const users = { prometheus: quickHash('secret') };
  assert.equal(basicAuth(users).challenge, 'Basic realm="metrics", charset="UTF-8"');
  assert.equal(basicAuth(users, 'a "b"\r\nX: y').challenge, 'Basic realm="a _b___X_ y", charset="UTF-8"');
});
