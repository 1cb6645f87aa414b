// Where the files of the process's control groups are, by `/proc/self/cgroup` and `/proc/self/mountinfo`. cgroups(7)

import type { Files } from './files.ts';

/** Folders, where there are any: the one of version 2, and those of version 1 by controller. */
export interface CgroupFolders {
  readonly unified: string | undefined;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
}

interface Mount {
  readonly type: string;
  /** What of the hierarchy is mounted. */
  readonly root: string;
  readonly folder: string;
  /** Names of controllers among them. */
  readonly options: readonly string[];
}

export async function cgroupFolders(files: Files): Promise<CgroupFolders> {
  const [groups, mountinfo] = await Promise.all([files.text('/proc/self/cgroup'), files.longText('/proc/self/mountinfo')]);
  const mounts = mountsIn(mountinfo);
  const folder = (isOwn: (mount: Mount) => boolean, controller: string): string | undefined => {
    const mount = mounts.find(isOwn);
    const path = pathIn(groups, controller);
    if (mount === undefined || path === undefined) return undefined;
    // In a container the path may be the host's, while what is mounted is the container's own group.
    const isWithin = mount.root === '/' || path === mount.root || path.startsWith(`${mount.root}/`);
    const rest = isWithin ? path.slice(mount.root === '/' ? 0 : mount.root.length) : '';
    return (mount.folder + (rest.includes('/..') ? '' : rest)).replace(/\/$/, '');
  };
  return {
    unified: folder(({ type }) => type === 'cgroup2', ''),
    cpu: folder(({ type, options }) => type === 'cgroup' && options.includes('cpu'), 'cpu'),
    memory: folder(({ type, options }) => type === 'cgroup' && options.includes('memory'), 'memory'),
  };
}

/** The path of the group: lines such as `4:cpu,cpuacct:/a` and, for version 2, `0::/a`. */
function pathIn(groups: string, controller: string): string | undefined {
  for (const [, controllers, path] of groups.matchAll(/^\d+:([^:]*):(.*)$/gm)) {
    if (controllers!.split(',').includes(controller)) return path;
  }
  return undefined;
}

/** Lines such as `30 23 0:26 / /sys/fs/cgroup/cpu rw shared:9 - cgroup cgroup rw,cpu`. */
function mountsIn(mountinfo: string): Mount[] {
  return [...mountinfo.matchAll(/^\d+ \d+ \S+ (\S+) (\S+) .*? - (cgroup2?) \S+ (\S+)$/gm)].map(([, root, folder, type, options]) => ({
    type: type!, root: unescaped(root!), folder: unescaped(folder!), options: options!.split(','),
  }));
}

function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(parseInt(octal, 8)));
}
