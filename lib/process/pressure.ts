// Pressure stall information: how long there was not enough of processors, storage or memory. Linux, psi.rst

import { cgroupFolders } from './cgroup-folders.ts';
import type { Group } from './group.ts';

const RESOURCES = ['cpu', 'io', 'memory'] as const;

export const pressure: Group = {
  isOfProcess: true,
  metrics: {
    process_pressure_cpu_waiting_seconds_total: ['counter', 'How long some task of the control group, or else of the machine, waited for a processor.'],
    process_pressure_cpu_stalled_seconds_total: ['counter', 'How long all tasks of the control group waited for a processor.'],
    process_pressure_io_waiting_seconds_total: ['counter', 'How long some task of the control group, or else of the machine, waited for storage.'],
    process_pressure_io_stalled_seconds_total: ['counter', 'How long all tasks of the control group, or else of the machine, waited for storage.'],
    process_pressure_memory_waiting_seconds_total: ['counter', 'How long some task of the control group, or else of the machine, waited for memory.'],
    process_pressure_memory_stalled_seconds_total: ['counter', 'How long all tasks of the control group, or else of the machine, waited for memory.'],
  },
  open() {
    let folder: string | undefined;
    return {
      async load(files) {
        folder ??= (await cgroupFolders(files)).unified ?? '';
        const readings = await Promise.all(RESOURCES.map(async (resource) => {
          // The group at the root has none of its own: it is the machine.
          const own = folder === '' ? '' : await files.text(`${folder}/${resource}.pressure`);
          const text = own || (await files.text(`/proc/pressure/${resource}`));
          return {
            [`process_pressure_${resource}_waiting_seconds_total`]: secondsIn(text, 'some'),
            // Of a machine this is always 0, since something else runs instead.
            [`process_pressure_${resource}_stalled_seconds_total`]: resource === 'cpu' && own === '' ? undefined : secondsIn(text, 'full'),
          };
        }));
        return Object.assign({}, ...readings) as Record<string, number | undefined>;
      },
    };
  },
};

function secondsIn(text: string, share: 'some' | 'full'): number | undefined {
  const [, micros] = new RegExp(`^${share} .*\\btotal=(\\d+)`, 'm').exec(text) ?? [];
  return micros === undefined ? undefined : Number(micros) * 1e-6;
}
