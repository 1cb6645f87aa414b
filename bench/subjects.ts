// Who can be measured here, in which engine, and in which version.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { CLIENTS } from './clients/index.ts';
import { newerEngine, OWN_ENGINE, satisfies } from './engines.ts';
import type { Engine } from './engines.ts';
import { BENCH, ROOT } from './paths.ts';
import { buildPeer, PEERS, versionOf } from './peers/index.ts';
import type { Results } from './results.ts';

export interface Subjects extends Pick<Results, 'versions' | 'skipped'> {
  /** Which engines run a subject: the one that runs the benchmark first. All of them, where it is no package. */
  enginesFor(subject: string): readonly Engine[];
}

/**
 * @param wantsNewer - Whether a newer engine may be fetched for those that need one.
 * @param wantsPeers - Whether the peers in other languages are to be built.
 */
export function subjects(wantsNewer: boolean, wantsPeers: boolean): Subjects {
  const versions: Record<string, string> = {};
  const skipped: Record<string, string> = {};
  const ranges = new Map<string, string | undefined>();
  for (const { name } of CLIENTS) {
    const { version, engines } = JSON.parse(readFileSync(join(name === 'promlet' ? ROOT : join(BENCH, 'node_modules', name), 'package.json'), 'utf8')) as {
      version: string;
      engines?: { node?: string };
    };
    versions[name] = version;
    ranges.set(name, engines?.node);
  }
  const runs = ({ version }: Engine, subject: string): boolean => {
    const range = ranges.get(subject);
    return range === undefined || satisfies(version, range);
  };
  const tooNew = [...ranges.keys()].filter((name) => !runs(OWN_ENGINE, name));
  const newer = tooNew.length > 0 && wantsNewer ? newerEngine() : undefined;
  const engines = [OWN_ENGINE, ...(typeof newer === 'object' ? [newer] : [])];
  for (const name of tooNew) {
    if (engines.some((engine) => runs(engine, name))) continue;
    skipped[name] = `needs Node ${ranges.get(name)}, this is ${OWN_ENGINE.version}${typeof newer === 'string' ? `; ${newer}` : ''}`;
  }
  for (const peer of PEERS) {
    versions[peer.name] = versionOf(peer);
    const reason = wantsPeers ? buildPeer(peer) : undefined;
    if (reason !== undefined) skipped[peer.name] = reason;
  }
  return { versions, skipped, enginesFor: (subject) => engines.filter((engine) => runs(engine, subject)) };
}
