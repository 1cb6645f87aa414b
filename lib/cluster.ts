// Many processes and threads that answer as one: each joins a group, and any of them shows the figures of all.

import { GroupFolder } from './cluster/folder.ts';
import { MemberGroup } from './cluster/group.ts';
import type { Group, FormerMember } from './cluster/group.ts';
import { checkGroup } from './cluster/options.ts';
import type { GroupOptions } from './cluster/options.ts';
import { MetricError, fault, messageOf, show } from './core/errors.ts';
import { isRegistry } from './core/members.ts';
import type { Registry } from './core/registry.ts';

export type { Group } from './cluster/group.ts';
export type { GroupOptions } from './cluster/options.ts';

// How many messages are remembered.
const MOST_MESSAGES = 1_000;

// The groups of each registry by folder, and what stays of it in those that it left. Of the module, since nothing else
// knows them all.
const joined = new WeakMap<Registry, Map<string, { readonly former?: FormerMember | undefined; readonly isIn: boolean }>>();

/**
 * Makes the registry's figures part of a group's: of all registries that joined with the same name, in whatever process
 * or thread of this user on this host. Resolves when the others can ask for them.
 *
 * Sums do not fall: what a series of a counter, histogram or summary had when it was removed, expired or cleared in one
 * member counts on as long as any member shows that series, and again where it comes back; an instrument whose hook fails
 * counts as it was. Each member remembers the latest 1000 such series of a family. A sum falls, and Prometheus takes that
 * for a restart of all and counts too much, where one that is forgotten is still shown by others; and in one member alone,
 * where a native histogram begins anew (`minResetSeconds: 0` prevents it), where `replace` sets a lower total, where an
 * instrument is unregistered, and where a collector of your own fails or leaves counters out.
 *
 * The group does not keep the process running. It ends when its last member does; whoever joins then begins at 0.
 *
 * @throws {MetricError} `ERR_OPTION`; `ERR_DUPLICATE` where the registry is in that group already; `ERR_GROUP` where the folder cannot be used
 */
export async function joinGroup(registry: Registry, options: GroupOptions): Promise<Group> {
  if (typeof registry !== 'object' || registry === null || !isRegistry(registry)) throw fault('ERR_OPTION', 'joinGroup', 'a registry', registry);
  checkGroup('joinGroup', options);
  const { name, folder, member, onError } = options;
  const place = new GroupFolder(name, folder);
  const groups = joined.get(registry) ?? new Map();
  joined.set(registry, groups);
  const before = groups.get(place.path);
  if (before?.isIn) throw new MetricError('ERR_DUPLICATE', `joinGroup: the registry is in the group ${show(name)} already; another registry may join it, and this one another group`);
  groups.set(place.path, { isIn: true });
  // What a collector throws is reported as it is, like the errors that handlers report.
  const report = onError
    ? (error: unknown) => onError(isOfSystem(error) ? asMetricError(name, error) : error)
    : (error: unknown) => registry.warnings.notify(asMetricError(name, error));
  try {
    const onLeft = (former: FormerMember): void => void groups.set(place.path, { former, isIn: false });
    return await new MemberGroup(registry, { name, folder: place, before: before?.former, member, onError: once(report), onLeft }).join();
  } catch (error) {
    groups.set(place.path, { ...before, isIn: false });
    throw asMetricError(name, error);
  }
}

function isOfSystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.syscall !== undefined;
}

function asMetricError(name: string, error: unknown): MetricError {
  return error instanceof MetricError ? error : new MetricError('ERR_GROUP', `group ${show(name)}: ${messageOf(error)}`, { cause: error });
}

/** Reports each message once: what goes wrong is found again at every scrape. */
function once(report: (error: unknown) => unknown): (error: unknown) => void {
  const known = new Set<string>();
  return (error) => {
    // Those of the system name files, which are never the same.
    const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
    const key = isOfSystem(error) ? `${code} ${syscall}` : messageOf(error);
    if (known.has(key) || known.size >= MOST_MESSAGES) return;
    known.add(key);
    try {
      Promise.resolve(report(error)).catch(() => undefined);
    } catch {
      return;
    }
  };
}
