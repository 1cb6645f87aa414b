// The end of this process or thread, when there is time for nothing but last words.

import { isMainThread } from 'node:worker_threads';

// One listener for all groups: Node warns of more than ten. A process has one end, so this is of the module.
const waiting = new Set<() => void>();

// Without a listener of the host's own, each of these ends the process, and no `exit` is emitted.
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Calls back when the process or thread ends, in time for what is synchronous. Returns the way to call it off. */
export function onExit(act: () => void): () => void {
  if (waiting.size === 0) listen();
  waiting.add(act);
  return () => {
    waiting.delete(act);
    if (waiting.size === 0) unlisten();
  };
}

function listen(): void {
  process.on('exit', speak);
  if (isMainThread) for (const signal of SIGNALS) process.on(signal, endBy);
}

function unlisten(): void {
  process.off('exit', speak);
  for (const signal of SIGNALS) process.off(signal, endBy);
}

function speak(): void {
  for (const act of waiting) act();
  waiting.clear();
}

/** Ends as the process would without this listener; where the host listens itself, that is its affair. */
function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  speak();
  unlisten();
  process.kill(process.pid, signal);
}
