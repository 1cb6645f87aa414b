// A worker of a service: it has a workload of its own, takes part in the scrape that its primary makes, and watches
// its event loop meanwhile.

import { clientNamed } from './clients/index.ts';
import { takePart } from './clustering.ts';
import { watchLoop } from './loop.ts';
import type { Gap } from './loop.ts';
import { build } from './registries.ts';
import { mix } from './workloads.ts';

/** What it is told, as JSON in the first argument. */
export interface ClusteredOrder {
  readonly subject: string;
  readonly lines: number;
  readonly group: string;
}

export type ClusteredCommand = 'change' | 'watch' | 'report';

/** The answer to each command; gaps where they were asked for. */
export interface ClusteredReport {
  readonly gaps: readonly Gap[];
}

const { subject, lines, group } = JSON.parse(process.argv[2]!) as ClusteredOrder;
const { client, change } = await build(clientNamed(subject), mix(lines));
await takePart(subject, group, client.registry);
let stop = (): readonly Gap[] => [];
process.on('message', (command) => {
  if (command === 'change') change();
  else if (command === 'watch') stop = watchLoop();
  else if (command !== 'report') return;
  process.send!({ gaps: command === 'report' ? stop() : [] } satisfies ClusteredReport);
});
process.on('disconnect', () => process.exit());
process.send!({ gaps: [] } satisfies ClusteredReport);
