// The JavaScript heap of this thread.

import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';

import type { GaugePoint } from '../core/model.ts';
import type { Group } from './group.ts';
import { known } from './host.ts';

export const heap: Group = {
  isOfProcess: false,
  metrics: {
    nodejs_heap_size_total_bytes: ['gauge', 'Process heap size from Node.js in bytes.'],
    nodejs_heap_size_used_bytes: ['gauge', 'Process heap size used from Node.js in bytes.'],
    nodejs_external_memory_bytes: ['gauge', 'Node.js external memory size in bytes.'],
    nodejs_heap_size_limit_bytes: ['gauge', 'Heap size at which Node.js gives up in bytes.'],
    nodejs_array_buffer_memory_bytes: ['gauge', 'Memory of ArrayBuffers and Buffers in bytes; part of the external memory.'],
    nodejs_heap_space_size_total_bytes: ['gauge', 'Process heap space size total from Node.js in bytes.'],
    nodejs_heap_space_size_used_bytes: ['gauge', 'Process heap space size used from Node.js in bytes.'],
    nodejs_heap_space_size_available_bytes: ['gauge', 'Process heap space size available from Node.js in bytes.'],
  },
  open(host) {
    // Bun has another engine below, and gives made-up numbers under V8's names.
    const hasV8 = host.engine !== 'bun';
    return {
      read() {
        const { heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
        const spaces = hasV8 ? getHeapSpaceStatistics() : undefined;
        type Space = NonNullable<typeof spaces>[number];
        const by = (size: (space: Space) => number): readonly GaugePoint[] | undefined =>
          spaces?.map((space) => ({ labels: { space: space.space_name.replace(/_space$/, '') }, value: size(space) }));
        return {
          nodejs_heap_size_total_bytes: heapTotal,
          nodejs_heap_size_used_bytes: heapUsed,
          nodejs_external_memory_bytes: known(host, external),
          nodejs_heap_size_limit_bytes: hasV8 ? getHeapStatistics().heap_size_limit : undefined,
          nodejs_array_buffer_memory_bytes: known(host, arrayBuffers),
          nodejs_heap_space_size_total_bytes: by((space) => space.space_size),
          nodejs_heap_space_size_used_bytes: by((space) => space.space_used_size),
          nodejs_heap_space_size_available_bytes: by((space) => space.space_available_size),
        };
      },
    };
  },
};
