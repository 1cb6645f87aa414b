// Many processes and threads that answer as one: each joins a group, and any of them shows the figures of all.

import { GroupFolder } from './cluster/folder.ts';
import { MemberGroup } from './cluster/group.ts';
import type { Group } from './cluster/group.ts';
import { MetricError, fault, messageOf, show } from './core/errors.ts';
import { isRegistry } from './core/members.ts';
import { checkOptions } from './core/options.ts';
import type { Registry } from './core/registry.ts';

export type { Group } from './cluster/group.ts';

export interface GroupOptions {
  /** What all members call the group; any string but an empty one. */
  readonly name: string;
  /**
   * Where the members find each other: the same for all of them, on a file system of this host, and writable by nobody
   * else. Members with another folder are in another group. @default one of this user, in the system's temporary folder
   */
  readonly folder?: string | undefined;
  /** The value of the label `member`; a number follows where another live member has the same. @default the lowest free number, from 1 on */
  readonly member?: string | undefined;
  /** Told what goes wrong between members, each message once. What it throws is dropped. @default the registry's `onWarning` */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const OPTIONS = ['name', 'folder', 'member', 'onError'];

// How many messages are remembered.
const MOST_MESSAGES = 1_000;

// The groups of each registry by folder, and as who it was in those that it left. Of the module, since nothing else
// knows them all.
const joined = new WeakMap<Registry, Map<string, { readonly id?: string; readonly isIn: boolean }>>();

/**
 * Makes the registry's figures part of a group's: of all registries that joined with the same name, in whatever process
 * or thread of this user on this host. Resolves when the others can ask for them.
 *
 * The group does not keep the process running. It ends when its last member does; whoever joins then begins at 0.
 *
 * @throws {MetricError} `ERR_OPTION`; `ERR_DUPLICATE` where the registry is in that group already; `ERR_GROUP` where the folder cannot be used
 */
export async function joinGroup(registry: Registry, options: GroupOptions): Promise<Group> {
  if (typeof registry !== 'object' || registry === null || !isRegistry(registry)) throw fault('ERR_OPTION', 'joinGroup', 'a registry', registry);
  checkOptions('joinGroup', options, OPTIONS);
  const { name, folder, member, onError } = options;
  for (const [option, value] of Object.entries({ name, folder, member })) {
    if (option === 'name' ? isFilled(value) : value === undefined || isFilled(value)) continue;
    throw fault('ERR_OPTION', `joinGroup: ${option}`, 'a string that is not empty', value);
  }
  if (onError !== undefined && typeof onError !== 'function') throw fault('ERR_OPTION', 'joinGroup: onError', 'a function', onError);
  const place = new GroupFolder(name, folder);
  const groups = joined.get(registry) ?? new Map();
  joined.set(registry, groups);
  const before = groups.get(place.path);
  if (before?.isIn) throw new MetricError('ERR_DUPLICATE', `joinGroup: the registry is in the group ${show(name)} already; another registry may join it, and this one another group`);
  groups.set(place.path, { isIn: true });
  const report = onError ?? ((error: unknown) => registry.warnings.notify(asMetricError(name, error)));
  try {
    const onLeft = (id: string): void => void groups.set(place.path, { id, isIn: false });
    return await new MemberGroup(registry, { name, folder: place, id: before?.id, member, onError: once(report), onLeft }).join();
  } catch (error) {
    groups.set(place.path, { ...before, isIn: false });
    throw error;
  }
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function asMetricError(name: string, error: unknown): MetricError {
  return error instanceof MetricError ? error : new MetricError('ERR_GROUP', `group ${show(name)}: ${messageOf(error)}`, { cause: error });
}

/** Reports each message once: what goes wrong is found again at every scrape. */
function once(report: (error: unknown) => unknown): (error: unknown) => void {
  const known = new Set<string>();
  return (error) => {
    const message = messageOf(error);
    if (known.has(message) || known.size >= MOST_MESSAGES) return;
    known.add(message);
    try {
      Promise.resolve(report(error)).catch(() => undefined);
    } catch {
      return;
    }
  };
}
