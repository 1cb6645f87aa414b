// The limits of the container that the process is in, and what it uses of them: control groups of both versions.

import { cgroupFolders } from './cgroup-folders.ts';
import type { CgroupFolders } from './cgroup-folders.ts';
import { numbersIn, times } from './files.ts';
import type { Files } from './files.ts';
import type { Group, Reading } from './group.ts';

export const cgroup: Group = {
  isOfProcess: true,
  metrics: {
    process_cgroup_memory_usage_bytes: ['gauge', 'Memory that the control group of the process uses in bytes, caches included.', 'max'],
    process_cgroup_memory_limit_bytes: ['gauge', 'Memory that the control group may use in bytes.', 'min'],
    process_cgroup_cpu_limit_cores: ['gauge', 'Processors that the control group may keep busy.', 'min'],
    process_cgroup_cpu_periods_total: ['counter', 'Periods in which the limit of processor time was looked after.', 'max'],
    process_cgroup_cpu_throttled_periods_total: ['counter', 'Periods in which the control group had to wait since it was at its limit.', 'max'],
    process_cgroup_cpu_throttled_seconds_total: ['counter', 'How long processors of the control group had to wait since it was at its limit.', 'max'],
  },
  open() {
    let folders: CgroupFolders | undefined;
    return {
      async load(files) {
        folders ??= await cgroupFolders(files);
        const { unified, cpu, memory } = folders;
        const [one, two] = await Promise.all([
          cpu !== undefined ? cpuOfVersion1(files, cpu) : unified !== undefined ? cpuOfVersion2(files, unified) : {},
          memory !== undefined ? memoryOfVersion1(files, memory) : unified !== undefined ? memoryOfVersion2(files, unified) : {},
        ]);
        return { ...one, ...two };
      },
    };
  },
};

async function memoryOfVersion2(files: Files, folder: string): Promise<Reading> {
  const [current, max] = await Promise.all([files.text(`${folder}/memory.current`), files.recentText(`${folder}/memory.max`)]);
  return memoryReading(numberIn(current), numberIn(max));
}

async function memoryOfVersion1(files: Files, folder: string): Promise<Reading> {
  const [usage, limit] = await Promise.all([files.text(`${folder}/memory.usage_in_bytes`), files.recentText(`${folder}/memory.limit_in_bytes`)]);
  const bytes = numberIn(limit);
  // No limit is the largest number of whole pages, whatever their size.
  return memoryReading(numberIn(usage), bytes !== undefined && bytes < 2 ** 62 ? bytes : undefined);
}

function memoryReading(usage: number | undefined, limit: number | undefined): Reading {
  return { process_cgroup_memory_usage_bytes: usage, process_cgroup_memory_limit_bytes: limit };
}

async function cpuOfVersion2(files: Files, folder: string): Promise<Reading> {
  const [stat, max] = await Promise.all([files.text(`${folder}/cpu.stat`), files.recentText(`${folder}/cpu.max`)]);
  const { nr_periods, nr_throttled, throttled_usec } = numbersIn(stat, ['nr_periods', 'nr_throttled', 'throttled_usec']);
  const [quota, period] = max.trim().split(' ').map(numberIn);
  return cpuReading(quota, period, nr_periods, nr_throttled, times(throttled_usec, 1e-6));
}

async function cpuOfVersion1(files: Files, folder: string): Promise<Reading> {
  const [stat, quota, period] = await Promise.all([files.text(`${folder}/cpu.stat`), files.recentText(`${folder}/cpu.cfs_quota_us`), files.recentText(`${folder}/cpu.cfs_period_us`)]);
  const { nr_periods, nr_throttled, throttled_time } = numbersIn(stat, ['nr_periods', 'nr_throttled', 'throttled_time']);
  return cpuReading(numberIn(quota), numberIn(period), nr_periods, nr_throttled, times(throttled_time, 1e-9));
}

function cpuReading(quota: number | undefined, period: number | undefined, periods: number | undefined, throttled: number | undefined, seconds: number | undefined): Reading {
  return {
    process_cgroup_cpu_limit_cores: quota === undefined || period === undefined ? undefined : quota / period,
    process_cgroup_cpu_periods_total: periods,
    process_cgroup_cpu_throttled_periods_total: throttled,
    process_cgroup_cpu_throttled_seconds_total: seconds,
  };
}

/** No number is no limit: `max`, or -1 in version 1. */
function numberIn(text: string): number | undefined {
  return /^\d+\s*$/.test(text) ? Number(text) : undefined;
}
