// File descriptors: how many are open, and how many there may be.

import { numbersIn } from './files.ts';
import type { Files } from './files.ts';
import type { Group } from './group.ts';

/** Where they can only be counted one by one, which takes some 3 us each: no more than this many. */
const MOST_COUNTED = 1_024;

const FOLDER = '/proc/self/fd';

export const descriptors: Group = {
  isOfProcess: true,
  metrics: {
    process_open_fds: ['gauge', 'Number of open file descriptors.'],
    process_max_fds: ['gauge', 'Maximum number of open file descriptors.', 'min'],
  },
  open: () => ({
    read: (facts) => ({ process_open_fds: facts.descriptors }),
    async load(files) {
      const [, limit] = /^Max open files\s+(\d+)/m.exec(await files.recentText('/proc/self/limits')) ?? [];
      return { process_max_fds: limit === undefined ? undefined : Number(limit) };
    },
  }),
};

/** What the kernel says how many there are, if it does: asked before other files are opened, so that none of those is counted. */
export function sizeOfDescriptors(files: Files): Promise<number> {
  return files.size(FOLDER);
}

/** How many there are; asked after all other files are closed. `undefined`: too many to be counted, or not known. */
export async function openDescriptors(files: Files, size: number): Promise<number | undefined> {
  // No less than there are: the table for them grows as they are opened, and never shrinks.
  const { FDSize = Infinity } = numbersIn(await files.text('/proc/self/status'), ['FDSize']);
  // From Linux 6.2 on; before it is 0, and elsewhere it may be the size of something else.
  if (size > 0 && size <= FDSize) return size;
  const count = FDSize <= MOST_COUNTED ? await files.count(FOLDER) : undefined;
  // But for the one that reads the folder.
  return count === undefined ? undefined : count - 1;
}
