// What is left in a group's folder of those that are not in it: killed before they were in the list, or as they wrote.

import { rmSync } from 'node:fs';

import type { GroupFolder } from './folder.ts';
import { filesIn, removeFiles } from './keeping.ts';
import { isListeningAt } from './liveness.ts';
import type { Membership } from './members.ts';

/** Removes it. @param membership - Read after the files: whoever is not in it then has none but a socket. */
export async function removeLeftovers(folder: GroupFolder, membership: () => Membership): Promise<void> {
  const found = folder.folders.flatMap(filesIn);
  const { members, generation } = membership();
  const ids = new Set(found.flatMap((file) => /^([0-9a-f]{16})\./.exec(file)?.[1] ?? []));
  for (const { id } of members) ids.delete(id);
  const live = new Set<string>();
  // Those that join at this moment listen already, by their first name or, if that is gone by now, by the one after it.
  const isLive = (id: string): Promise<boolean> => isListeningAt(folder.firstSocketOf(id)).then((is) => is || isListeningAt(folder.socketOf(id)));
  await Promise.all([...ids].map(async (id) => void ((await isLive(id)) && live.add(id))));
  removeFiles(folder, (id) => ids.has(id) && !live.has(id));
  for (const file of found) if (file.startsWith('ended-') && !file.startsWith(`ended-${generation}`)) rmSync(folder.fileOf(file), { force: true });
}
