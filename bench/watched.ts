// A process that serves what a question says, and watches its own event loop for its parent, which scrapes it.

import { QUESTIONS } from './questions.ts';
import { watchLoop } from './loop.ts';
import type { Gap } from './loop.ts';

/** What is served, as JSON in the first argument. */
export interface WatchedOrder {
  readonly question: string;
  readonly name: string;
  readonly subject: string;
}

/** `begin` changes all values, then watches; `stop` reports. */
export type WatchedCommand = 'begin' | 'stop' | 'exit';

export type WatchedMessage =
  | { readonly is: 'listening'; readonly port: number; readonly forcedAt: readonly number[] }
  | { readonly is: 'watching' }
  | { readonly is: 'watched'; readonly gaps: readonly Gap[] };

const CALIBRATIONS = 50;

const { question, name, subject } = JSON.parse(process.argv[2]!) as WatchedOrder;
const { listen, change } = await (await QUESTIONS[question]!()).serve!(name, subject);
let stop = (): Gap[] => [];
process.on('message', (command: WatchedCommand) => {
  // `exit` flushes what the engine has printed of its collections.
  if (command === 'exit') process.exit();
  if (command === 'stop') return tell({ is: 'watched', gaps: stop() });
  change();
  stop = watchLoop();
  tell({ is: 'watching' });
});
process.on('disconnect', () => process.exit());
tell({ is: 'listening', port: await listen(), forcedAt: forcedCollections() });

/** Collections at different fractions of a millisecond, and when each had ended. */
function forcedCollections(): number[] {
  const { gc } = globalThis as { gc?: (options: { type: 'minor' }) => void };
  return Array.from({ length: CALIBRATIONS }, (_, i) => {
    for (const begin = performance.now(); performance.now() - begin < i / CALIBRATIONS; );
    gc!({ type: 'minor' });
    return performance.now();
  });
}

function tell(message: WatchedMessage): void {
  process.send!(message);
}
