// Names and passwords: who gets in, and what those who do not can learn.

import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { test } from 'node:test';

import { basicAuth, hashPassword } from '../lib/http.ts';
import type { Authenticate } from '../lib/http.ts';

/** A hash of little cost, so that the specs are quick. */
function quickHash(password: string): string {
  const key = scryptSync(password.normalize('NFC'), Buffer.alloc(16), 32, { N: 2, r: 8, p: 1 });
  const base64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=1,r=8,p=1$${base64(Buffer.alloc(16))}$${base64(key)}`;
}

function asks(authenticate: Authenticate, authorization: string | undefined): boolean | Promise<boolean> {
  return authenticate({ method: 'GET', target: '/metrics', headers: { authorization } });
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

test('a name that nobody has takes as much work as a wrong password', async () => {
  const authenticate = basicAuth({ prometheus: await hashPassword('secret') });
  const timed = async (text: string): Promise<number> => {
    const begin = performance.now();
    await asks(authenticate, basic(text));
    return performance.now() - begin;
  };
  await timed('prometheus:wrong');
  const [known, unknown] = [await timed('prometheus:wrong'), await timed('nobody:wrong')];
  // Without the check for nobody it would be a thousandth.
  assert.ok(unknown > known / 5, `${known} ms and ${unknown} ms`);
});

test('a flood of passwords is turned away, and who was right before gets in beside it', async () => {
  const authenticate = basicAuth({ prometheus: quickHash('secret') });
  assert.equal(await asks(authenticate, basic('prometheus:secret')), true);
  const flood = Array.from({ length: 100 }, (_, i) => Promise.resolve(asks(authenticate, basic(`prometheus:${i}`))).catch((error: Error) => error.message));
  assert.equal(await asks(authenticate, basic('prometheus:secret')), true);
  const outcomes = await Promise.all(flood);
  assert.deepEqual([outcomes.filter((each) => each === false).length, outcomes.at(-1)], [50, 'basicAuth: too many passwords to check at once']);
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

test('the challenge names the realm, whatever is in it', () => {
  const users = { prometheus: quickHash('secret') };
  assert.equal(basicAuth(users).challenge, 'Basic realm="metrics", charset="UTF-8"');
  assert.equal(basicAuth(users, 'a "b"\r\nX: y').challenge, 'Basic realm="a _b___X_ y", charset="UTF-8"');
});
