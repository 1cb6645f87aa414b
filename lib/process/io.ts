// What the process read and wrote. Linux only: other systems count blocks, or nothing.

import { numbersIn } from './files.ts';
import type { Group } from './group.ts';

export const io: Group = {
  isOfProcess: true,
  metrics: {
    process_io_read_bytes_total: ['counter', 'Bytes read by system calls, from files, sockets and pipes.'],
    process_io_written_bytes_total: ['counter', 'Bytes written by system calls, to files, sockets and pipes.'],
    process_io_read_syscalls_total: ['counter', 'System calls that read.'],
    process_io_write_syscalls_total: ['counter', 'System calls that write.'],
    process_io_storage_read_bytes_total: ['counter', 'Bytes that had to be fetched from storage.'],
    process_io_storage_written_bytes_total: ['counter', 'Bytes that were sent to storage.'],
  },
  open: () => ({
    async load(files) {
      const text = await files.text('/proc/self/io');
      const { rchar, wchar, syscr, syscw, read_bytes, write_bytes } = numbersIn(text, ['rchar', 'wchar', 'syscr', 'syscw', 'read_bytes', 'write_bytes']);
      return {
        process_io_read_bytes_total: rchar,
        process_io_written_bytes_total: wchar,
        process_io_read_syscalls_total: syscr,
        process_io_write_syscalls_total: syscw,
        process_io_storage_read_bytes_total: read_bytes,
        process_io_storage_written_bytes_total: write_bytes,
      };
    },
  }),
};
