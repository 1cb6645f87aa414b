// Groups of the workers of a cluster. The cases are those of all groups.

import { testGroups } from './cluster-cases.ts';
import { ways } from './cluster-ways.ts';

testGroups('cluster', ways.cluster);
