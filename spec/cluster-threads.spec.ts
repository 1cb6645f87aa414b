// Groups of worker threads, as pools start and replace them. The cases are those of all groups.

import { testGroups } from './cluster-cases.ts';
import { ways } from './cluster-ways.ts';

testGroups('worker_threads', ways.worker_threads);
