// Who may see the metrics, by name and password. Passwords are kept as hashes alone, and whether a name exists
// cannot be told from the time that an answer takes.

import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

import { MetricError, show } from '../core/errors.ts';
import type { Authenticate } from '../scraping/authentication.ts';
import { header } from '../scraping/request.ts';
import type { RequestHead } from '../scraping/request.ts';

/** A password's hash, and how it was made. */
interface PasswordHash {
  readonly logN: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly key: Buffer;
}

// What OWASP's Password Storage Cheat Sheet recommends for scrypt, of its choices the one that needs least
// memory: 16 MiB and some 150 ms for each check.
const LOG_N = 14;
const R = 8;
const P = 5;

const LONGEST_QUEUE = 50;

const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([\w+/]{22,})\$([\w+/]{43,})$/;

/**
 * Hashes a password for {@link basicAuth}, to be kept in a configuration:
 * `$scrypt$ln=14,r=8,p=5$<salt>$<hash>`. The salt is random, so two hashes of one password differ.
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, { logN: LOG_N, r: R, p: P, salt, key: Buffer.alloc(32) });
  return `$scrypt$ln=${LOG_N},r=${R},p=${P}$${base64(salt)}$${base64(key)}`;
}

/**
 * A check for the option `authenticate`: HTTP's basic authentication. Use it over TLS; without, the password
 * can be read on the way.
 *
 * @param users - By name, what {@link hashPassword} made of the password.
 * @throws {MetricError} `ERR_OPTION` where there are no users, or something is no hash
 */
export function basicAuth(users: Readonly<Record<string, string>>, realm = 'metrics'): Authenticate {
  const hashes = new Map(Object.entries(users).map(([name, hash]) => [name, read(name, hash)]));
  const [example] = hashes.values();
  if (example === undefined) throw new MetricError('ERR_OPTION', 'basicAuth: expected one user or more, got none');
  // Checked for names that nobody has, and never right.
  const dummy = { ...example, salt: randomBytes(16), key: randomBytes(32) };
  const inTurn = queue();
  // What was right before is known again at once: a scraper does not wait behind those who try passwords.
  const secret = randomBytes(32);
  const rightBefore = new Map<string, Buffer>();

  async function check(request: RequestHead): Promise<boolean> {
    const given = credentials(request);
    if (given === undefined) return false;
    const { name, password } = given;
    const mark = createHmac('sha256', secret).update(password).digest();
    const known = rightBefore.get(name);
    if (known !== undefined && timingSafeEqual(mark, known)) return true;
    const hash = hashes.get(name);
    const key = await inTurn(() => derive(password, hash ?? dummy));
    const isRight = timingSafeEqual(key, (hash ?? dummy).key) && hash !== undefined;
    if (isRight) rightBefore.set(name, mark);
    return isRight;
  }

  return Object.assign(check, { challenge: `Basic realm="${realm.replace(/[^\w .-]/g, '_')}", charset="UTF-8"` });
}

function credentials(request: RequestHead): { readonly name: string; readonly password: string } | undefined {
  const encoded = /^basic +([\w+/]+={0,2})$/i.exec(header(request, 'authorization') ?? '')?.[1];
  const text = Buffer.from(encoded ?? '', 'base64').toString();
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

// One at a time, so that a flood of wrong passwords takes one thread of the host's four, and not all.
function queue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    if (waiting >= LONGEST_QUEUE) throw new Error('basicAuth: too many passwords to check at once');
    waiting++;
    const done = last.then(work).finally(() => waiting--);
    last = done.catch(() => undefined);
    return done;
  };
}

function read(name: string, hash: string): PasswordHash {
  const [, logN, r, p, salt, key] = FORM.exec(hash) ?? [];
  if (key === undefined) {
    // Not shown: it may be the password itself.
    throw new MetricError('ERR_OPTION', `basicAuth: user ${show(name)}: expected what hashPassword makes, as in "$scrypt$ln=14,r=8,p=5$…$…"`);
  }
  return { logN: Number(logN), r: Number(r), p: Number(p), salt: Buffer.from(salt!, 'base64'), key: Buffer.from(key, 'base64') };
}

function derive(password: string, { logN, r, p, salt, key }: PasswordHash): Promise<Buffer> {
  const N = 2 ** logN;
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, key.length, { N, r, p, maxmem: 256 * r * (N + p) }, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}

function base64(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
