// Processor time and threads of the whole process.

import { numbersIn } from './files.ts';
import type { Group } from './group.ts';

const SECONDS = 1e-6;

export const cpu: Group = {
  isOfProcess: true,
  metrics: {
    process_cpu_user_seconds_total: ['counter', 'Total user CPU time spent in seconds.'],
    process_cpu_system_seconds_total: ['counter', 'Total system CPU time spent in seconds.'],
    process_cpu_seconds_total: ['counter', 'Total user and system CPU time spent in seconds.'],
    process_context_switches_total: ['counter', 'Context switches of all threads, by type: voluntary or involuntary.'],
    process_num_threads: ['gauge', 'Number of operating system threads in the process.'],
  },
  open: ({ platform }) => ({
    read() {
      const { userCPUTime, systemCPUTime, voluntaryContextSwitches, involuntaryContextSwitches } = process.resourceUsage();
      return {
        process_cpu_user_seconds_total: userCPUTime * SECONDS,
        process_cpu_system_seconds_total: systemCPUTime * SECONDS,
        process_cpu_seconds_total: (userCPUTime + systemCPUTime) * SECONDS,
        // Windows counts none.
        process_context_switches_total: platform === 'win32' ? undefined : [
          { labels: { type: 'voluntary' }, value: voluntaryContextSwitches },
          { labels: { type: 'involuntary' }, value: involuntaryContextSwitches },
        ],
      };
    },
    load: async (files) => ({ process_num_threads: numbersIn(await files.text('/proc/self/status'), ['Threads']).Threads }),
  }),
};
