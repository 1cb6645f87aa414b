// Memory of the whole process, as the operating system sees it.

import { numbersIn, times } from './files.ts';
import type { Group } from './group.ts';

const KIBIBYTES = 1_024;

export const memory: Group = {
  isOfProcess: true,
  metrics: {
    process_resident_memory_bytes: ['gauge', 'Resident memory size in bytes.'],
    process_virtual_memory_bytes: ['gauge', 'Virtual memory size in bytes.'],
    process_heap_bytes: ['gauge', 'Process heap size in bytes.'],
    process_resident_memory_peak_bytes: ['gauge', 'Largest resident memory size so far in bytes.', 'max'],
    process_virtual_memory_peak_bytes: ['gauge', 'Largest virtual memory size so far in bytes.', 'max'],
    process_resident_memory_anon_bytes: ['gauge', 'Resident memory that no file stands behind in bytes.'],
    process_resident_memory_file_bytes: ['gauge', 'Resident memory mapped from files in bytes.'],
    process_resident_memory_shared_bytes: ['gauge', 'Resident memory shared with other processes in bytes.'],
    process_major_pagefaults_total: ['counter', 'Page faults that had to read from a disk.'],
    process_minor_pagefaults_total: ['counter', 'Page faults that needed no disk.'],
  },
  open: ({ platform }) => {
    let peak: number | undefined;
    return {
      read() {
        const { maxRSS, majorPageFault, minorPageFault } = process.resourceUsage();
        const isWindows = platform === 'win32';
        const rss = process.memoryUsage.rss();
        // Linux counts as maxRSS what the process was before it became this program; /proc does not.
        if (platform !== 'linux') peak = maxRSS * KIBIBYTES;
        return {
          process_resident_memory_bytes: rss,
          // The files were read a moment before, and memory may have grown since.
          process_resident_memory_peak_bytes: peak === undefined ? undefined : (peak = Math.max(peak, rss)),
          // Windows has one number for both.
          process_major_pagefaults_total: isWindows ? undefined : majorPageFault,
          process_minor_pagefaults_total: isWindows ? undefined : minorPageFault,
        };
      },
      async load(files) {
        const status = await files.text('/proc/self/status');
        const { VmSize, VmData, VmHWM, VmPeak, RssAnon, RssFile, RssShmem } = numbersIn(status, ['VmSize', 'VmData', 'VmHWM', 'VmPeak', 'RssAnon', 'RssFile', 'RssShmem']);
        if (VmHWM !== undefined) peak = Math.max(peak ?? 0, VmHWM * KIBIBYTES);
        return {
          process_virtual_memory_bytes: times(VmSize, KIBIBYTES),
          process_heap_bytes: times(VmData, KIBIBYTES),
          process_virtual_memory_peak_bytes: times(VmPeak, KIBIBYTES),
          process_resident_memory_anon_bytes: times(RssAnon, KIBIBYTES),
          process_resident_memory_file_bytes: times(RssFile, KIBIBYTES),
          process_resident_memory_shared_bytes: times(RssShmem, KIBIBYTES),
        };
      },
    };
  },
};
