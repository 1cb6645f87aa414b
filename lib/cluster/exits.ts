// The end of this process or thread, when there is time for nothing but last words.

import { isMainThread } from 'node:worker_threads';

// One listener for all groups: Node warns of more than ten. A process has one end, so this is of the module.
const waiting = new Set<Act>();

/** @param isFinal - Whether the process or thread certainly ends now. */
type Act = (isFinal: boolean) => void;

// Without a listener of the host's own, each of these ends the process, and no `exit` is emitted.
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** Calls back when the process or thread ends, or may end, in time for what is synchronous. Returns the way to call it off. */
export function onExit(act: Act): () => void {
  if (waiting.size === 0) {
    process.on('exit', speak);
    SIGNALS.forEach(listen);
  }
  waiting.add(act);
  return () => {
    waiting.delete(act);
    if (waiting.size > 0) return;
    process.off('exit', speak);
    SIGNALS.forEach(unlisten);
  };
}

/** Before all others: one that listens once is not there any more after it was called. Threads get no signals. */
function listen(signal: NodeJS.Signals): void {
  if (isMainThread) process.prependListener(signal, endBy);
}

function unlisten(signal: NodeJS.Signals): void {
  process.off(signal, endBy);
}

function speak(): void {
  for (const act of [...waiting]) act(true);
}

/** Ends as the process would without this listener; where others listen, it is their affair whether it ends. */
function endBy(signal: NodeJS.Signals): void {
  // Some of them end the process only where nobody else listens.
  unlisten(signal);
  const isFinal = process.listenerCount(signal) === 0;
  for (const act of [...waiting]) act(isFinal);
  if (isFinal) process.kill(process.pid, signal);
  else setImmediate(() => waiting.size > 0 && listen(signal)).unref();
}
