// The clocks that instruments measure with. Engines differ in what they have; looked up when called.

/** Milliseconds, from any origin. */
export type Clock = () => number;

/** Milliseconds since the epoch. */
export const wallClock: Clock = () => Date.now();

/** Milliseconds that never go back, where the engine has such a clock; else the wall clock. */
export const monotonicClock: Clock = () => {
  const { performance } = globalThis as { performance?: { now(): number } };
  return performance === undefined ? Date.now() : performance.now();
};
