// Groups of processes that are started one by one. The cases are those of all groups.

import { testGroups } from './cluster-cases.ts';
import { ways } from './cluster-ways.ts';

testGroups('child_process', ways.child_process);
