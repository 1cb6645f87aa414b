// What limits may be. Checked where they are given, long before anything is served.

import { MetricError, show } from '../core/errors.ts';

/** @throws {MetricError} `ERR_OPTION` */
export function checkAboveZero(option: string, given: number): void {
  if (typeof given === 'number' && given > 0) return;
  throw new MetricError('ERR_OPTION', `${option}: expected a number above 0, got ${show(given)}`);
}
