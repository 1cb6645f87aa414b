// The page's clock: that of the computer, which may be set forward or have slept, but never goes back.

let [lastMs, lastTick] = [0, 0];

/** Milliseconds since the epoch; at least as much later than at the last call as has passed since. */
export function now(): number {
  const tick = performance.now();
  lastMs = Math.max(Date.now(), lastMs + tick - lastTick);
  lastTick = tick;
  return lastMs;
}
