// Many requests for paths that nobody has planned.

import { rawClient } from './raw-client.ts';

/** Sends all at once on one connection, and waits until the other side has ended it. */
export async function asked(port: number, paths: readonly string[]): Promise<void> {
  const client = await rawClient(port);
  client.send(paths.map((path, i) => `GET ${path} HTTP/1.1\r\nHost: a\r\n${i === paths.length - 1 ? 'Connection: close\r\n' : ''}\r\n`).join(''));
  await client.ended;
}

/** Paths of which most are like known ones; the same each time. */
export function randomPaths(known: readonly string[], count: number): string[] {
  let seed = 42;
  const below = (limit: number): number => ((seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31) * limit | 0;
  const word = (): string => Array.from({ length: 1 + below(8) }, () => 'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_.~:@+*'[below(51)]).join('') + ['', '', '%20', '%C3%A9', '%2F'][below(5)];
  return Array.from({ length: count }, () => {
    const like = known[below(known.length)]!.split('?')[0]!.split('/').slice(1);
    const changed = like.map((part) => (/\d/.test(part) || below(12) === 0 ? word() : below(8) === 0 ? part.toUpperCase() : part));
    const path = below(3) === 0 ? Array.from({ length: 1 + below(4) }, word) : changed;
    return `/${path.join('/')}${['', '', '/', '?x=1', `?${word()}`][below(5)]}`;
  });
}
