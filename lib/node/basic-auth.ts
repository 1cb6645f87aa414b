// Who may see the metrics, by name and password. Passwords are kept as hashes alone, and whether a name exists
// does not show in the time that an answer takes.

import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

import { MetricError, fault, show } from '../core/errors.ts';
import type { Authenticate } from '../scraping/authentication.ts';
import { header } from '../scraping/request.ts';
import type { RequestHead } from '../scraping/request.ts';
import { turns } from './turns.ts';

/** What a check costs. */
interface Cost {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
  readonly keyLength: number;
}

/** A password's hash, and how it was made. */
interface PasswordHash extends Cost {
  readonly salt: Buffer;
  readonly key: Buffer;
}

// What OWASP's Password Storage Cheat Sheet recommends for scrypt, of its choices the one that needs least
// memory: 16 MiB and some 150 ms for each check.
const LOG_N = 14;
const R = 8;
const P = 5;

// What a hash may ask for: a check takes some 2 seconds at most, and no more memory than OWASP's costliest choice.
const MOST_MEMORY_BYTES = 128 * 1024 * 1024;
const MOST_WORK = 2 ** 23;

// How many checks may be under way and wait, and how long one may take for it. No limit of the handler's, which
// would be one for all clients together.
const LONGEST_QUEUE = 50;
const LIMIT_MS = 60_000;

// Some 1 MB.
const MOST_REMEMBERED = 10_000;

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([\w+/]{22,86})\$([\w+/]{43,86})$/;

/**
 * Hashes a password for {@link basicAuth}, to be kept in a configuration:
 * `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`. The salt is random, so two hashes of one password differ.
 *
 * @throws {MetricError} `ERR_OPTION` for what is no string
 */
export async function hashPassword(password: string): Promise<string> {
  if (typeof password !== 'string') throw new MetricError('ERR_OPTION', `hashPassword: expected a string, got ${password === null ? 'null' : typeof password}`);
  const salt = randomBytes(16);
  const key = await derive(password, { logN: LOG_N, r: R, p: P, keyLength: 32, salt });
  return `$scrypt$ln=${LOG_N},r=${R},p=${P}$${base64(salt)}$${base64(key)}`;
}

/**
 * A check for the option `authenticate`: HTTP's basic authentication. Use it over TLS; without, the password
 * can be read on the way. The first check of a password takes as long as its hash, some 150 ms; later ones no time.
 * More than 50 at once are too many: those of the client and name that ask most are answered 503. Whoever then comes
 * again with the same password goes before those of the same client and name that come for the first time.
 *
 * @param users - By name, what {@link hashPassword} made of the password.
 * @throws {MetricError} `ERR_OPTION` where there are no users, or something is no hash that can be checked
 */
export function basicAuth(users: Readonly<Record<string, string>>, realm = 'metrics'): Authenticate {
  // It may be the password itself, which is never shown.
  if (typeof users === 'string') throw new MetricError('ERR_OPTION', 'basicAuth: expected hashes of passwords by user name, got a string');
  if (typeof users !== 'object' || users === null) throw fault('ERR_OPTION', 'basicAuth', 'hashes of passwords by user name', users);
  if (typeof realm !== 'string') throw fault('ERR_OPTION', 'basicAuth: realm', 'a string', realm);
  const hashes = new Map(Object.entries(users).map(([name, hash]) => [name, read(name, hash)]));
  if (hashes.size === 0) throw new MetricError('ERR_OPTION', 'basicAuth: expected one user or more, got none');
  // Every check takes the work of all costs there are, so that none says whose it was, or that it was nobody's.
  const costs = [...new Map([...hashes.values()].map((hash) => [textOf(hash), { ...hash, salt: randomBytes(16) }])).entries()];
  const inTurn = turns(LONGEST_QUEUE, () => Object.assign(new Error('basicAuth: too many passwords to check at once'), { retryAfterSeconds: 1 }));
  // Whether passwords were right; `undefined` of those that had no turn. Whoever brings one again does not wait behind
  // those who try many.
  const secret = randomBytes(32);
  const verdicts = new Map<string, boolean | undefined>();

  function remember(mark: string, verdict: boolean | undefined): void {
    verdicts.set(mark, verdict);
    if (verdicts.size <= MOST_REMEMBERED) return;
    // The oldest but for the right ones, of which there are no more than users.
    for (const [each, isRight] of verdicts) if (!isRight) return void verdicts.delete(each);
  }

  async function isRight(name: string, password: string): Promise<boolean> {
    const hash = hashes.get(name);
    let isEqual = false;
    for (const [cost, dummy] of costs) {
      const isOwn = hash !== undefined && textOf(hash) === cost;
      const target = isOwn ? hash : dummy;
      if (timingSafeEqual(await derive(password, target), target.key) && isOwn) isEqual = true;
    }
    return isEqual;
  }

  function check(request: RequestHead): boolean | Promise<boolean> {
    const given = credentials(request);
    if (given === undefined) return false;
    const { name, password } = given;
    // Without the secret, nobody can tell from the time of a look-up what it found.
    const mark = createHmac('sha256', secret).update(`${name}:${password.normalize('NFC')}`).digest('base64');
    const known = verdicts.get(mark);
    if (known !== undefined) return known;
    const verdict = inTurn(request.address ?? '', name, async () => {
      // Perhaps it is known since it waits.
      const isAllowed = verdicts.get(mark) ?? (await isRight(name, password));
      remember(mark, isAllowed);
      return isAllowed;
    }, verdicts.has(mark));
    return verdict.catch((error: unknown) => {
      remember(mark, verdicts.get(mark));
      throw error;
    });
  }

  return Object.assign(check, { challenge: `Basic realm="${realm.replace(/[^\w .-]/g, '_')}", charset="UTF-8"`, limitMs: LIMIT_MS, maxWaiting: Infinity });
}

function credentials(request: RequestHead): { readonly name: string; readonly password: string } | undefined {
  const encoded = /^basic +([\w+/]+={0,2})$/i.exec(header(request, 'authorization') ?? '')?.[1];
  const text = Buffer.from(encoded ?? '', 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

function read(name: string, hash: string): PasswordHash {
  const subject = `basicAuth: user ${show(name)}`;
  if (name.includes(':')) throw new MetricError('ERR_OPTION', `${subject}: expected a name without ":", which ends it in a request`);
  const [, logN, r, p, salt, key] = FORM.exec(hash) ?? [];
  if (key === undefined) {
    // Not shown: it may be the password itself.
    throw new MetricError('ERR_OPTION', `${subject}: expected what hashPassword makes, as in "$scrypt$ln=14,r=8,p=5$…$…"`);
  }
  const keyBytes = Buffer.from(key, 'base64');
  const read = { logN: Number(logN), r: Number(r), p: Number(p), keyLength: keyBytes.length, salt: Buffer.from(salt!, 'base64'), key: keyBytes };
  if (!isPayable(read)) throw new MetricError('ERR_OPTION', `${subject}: expected a hash that takes at most 128 MiB and 2^23 steps to check, got ${textOf(read)}`);
  return read;
}

// scrypt itself wants N below 2 ** (16 * r): RFC 7914, section 2.
function isPayable({ logN, r, p }: Cost): boolean {
  const N = 2 ** logN;
  return logN > 0 && logN < 16 * r && p > 0 && 128 * r * Math.max(N, p) <= MOST_MEMORY_BYTES && N * r * p <= MOST_WORK;
}

function textOf({ logN, r, p, keyLength }: Cost): string {
  return `ln=${logN},r=${r},p=${p} of ${keyLength} bytes`;
}

function derive(password: string, { logN, r, p, keyLength, salt }: Cost & { readonly salt: Buffer }): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, keyLength, { N, r, p, maxmem: 256 * r * (N + p) }, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
