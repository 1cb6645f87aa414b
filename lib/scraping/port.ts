// What a port may be. Checked where one is given, long before anything listens.

import { show } from '../core/errors.ts';

/** @throws {RangeError} unless it is a whole number from 0 to 65535 */
export function checkPort(port: number): void {
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return;
  throw new RangeError(`port: expected a whole number from 1 to 65535, or 0 for any free port, got ${show(port)}`);
}
