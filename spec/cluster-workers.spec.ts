// Groups of the workers of a cluster. The cases are those of all groups.

import { testGroups } from './cluster-cases.ts';

testGroups('cluster');
