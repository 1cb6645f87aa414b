// All groups, in the order in which they are shown.

import { cgroup } from './cgroup.ts';
import { cpu } from './cpu.ts';
import { delay } from './delay.ts';
import { descriptors } from './descriptors.ts';
import { gc } from './gc.ts';
import type { Group } from './group.ts';
import { handles } from './handles.ts';
import { heap } from './heap.ts';
import { info } from './info.ts';
import { io } from './io.ts';
import { loop } from './loop.ts';
import { memory } from './memory.ts';
import { pressure } from './pressure.ts';
import { threads } from './threads.ts';

export type GroupName = 'cpu' | 'memory' | 'descriptors' | 'io' | 'pressure' | 'cgroup' | 'loop' | 'delay' | 'gc' | 'heap' | 'handles' | 'threads' | 'info';

export const GROUPS: Readonly<Record<GroupName, Group>> = { cpu, memory, descriptors, io, pressure, cgroup, loop, delay, gc, heap, handles, threads, info };
