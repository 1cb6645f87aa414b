// Pressure stall information: how long there was not enough of processors, storage or memory. Linux, psi.rst

import { cgroupFolders } from './cgroup-folders.ts';
import type { Files } from './files.ts';
import type { Group } from './group.ts';

const MACHINE = '/proc/pressure';
const RESOURCES = ['cpu', 'io', 'memory'] as const;

export const pressure: Group = {
  isOfProcess: true,
  metrics: {
    process_pressure_cpu_waiting_seconds_total: ['counter', 'How long some task of the control group, or else of the machine, waited for a processor.', 'max'],
    process_pressure_cpu_stalled_seconds_total: ['counter', 'How long all tasks of the control group waited for a processor.', 'max'],
    process_pressure_io_waiting_seconds_total: ['counter', 'How long some task of the control group, or else of the machine, waited for storage.', 'max'],
    process_pressure_io_stalled_seconds_total: ['counter', 'How long all tasks of the control group, or else of the machine, waited for storage.', 'max'],
    process_pressure_memory_waiting_seconds_total: ['counter', 'How long some task of the control group, or else of the machine, waited for memory.', 'max'],
    process_pressure_memory_stalled_seconds_total: ['counter', 'How long all tasks of the control group, or else of the machine, waited for memory.', 'max'],
  },
  open() {
    let folder: string | undefined;
    return {
      async load(files) {
        folder ??= await ownFolder(files);
        const isMachine = folder === MACHINE;
        const texts = await Promise.all(RESOURCES.map((resource) => files.text(isMachine ? `${MACHINE}/${resource}` : `${folder}/${resource}.pressure`)));
        return Object.fromEntries(RESOURCES.flatMap((resource, i) => [
          [`process_pressure_${resource}_waiting_seconds_total`, secondsIn(texts[i]!, 'some')],
          // Of a machine's processors this is always 0, since something else runs instead.
          [`process_pressure_${resource}_stalled_seconds_total`, isMachine && resource === 'cpu' ? undefined : secondsIn(texts[i]!, 'full')],
        ]));
      },
    };
  },
};

/** The group at the root has no files of its own: it is the machine. */
async function ownFolder(files: Files): Promise<string> {
  const { unified } = await cgroupFolders(files);
  return unified !== undefined && (await files.text(`${unified}/cpu.pressure`)) !== '' ? unified : MACHINE;
}

function secondsIn(text: string, share: 'some' | 'full'): number | undefined {
  const [, micros] = new RegExp(`^${share} .*\\btotal=(\\d+)`, 'm').exec(text) ?? [];
  return micros === undefined ? undefined : Number(micros) * 1e-6;
}
