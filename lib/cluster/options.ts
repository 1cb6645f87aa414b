// The options of a group, checked where they are given.

import { fault } from '../core/errors.ts';
import { checkOptions } from '../core/options.ts';

export interface GroupOptions {
  /** What all members call the group; any string but an empty one. */
  readonly name: string;
  /**
   * Where the members find each other: the same for all of them, on a file system of this host, and writable by nobody
   * else. Members with another folder are in another group. @default one of this user, in the system's temporary folder
   */
  readonly folder?: string | undefined;
  /** The value of the label `member`; a number follows where another live member has the same. @default the lowest free number, from 1 on */
  readonly member?: string | undefined;
  /** Told what goes wrong between members, each message once. What it throws is dropped. @default the registry's `onWarning` */
  readonly onError?: ((error: unknown) => void) | undefined;
}

const OPTIONS = ['name', 'folder', 'member', 'onError'];

/** Checks the options of a group. @param subject - What they are given to. @throws {MetricError} `ERR_OPTION` */
export function checkGroup(subject: string, options: GroupOptions): void {
  checkOptions(subject, options, OPTIONS);
  for (const option of ['name', 'folder', 'member'] as const) {
    const given = options[option];
    const isGiven = typeof given === 'string' && given !== '';
    if (!isGiven && (option === 'name' || given !== undefined)) throw fault('ERR_OPTION', `${subject}: ${option}`, 'a string that is not empty', given);
  }
  const { onError } = options;
  if (onError !== undefined && typeof onError !== 'function') throw fault('ERR_OPTION', `${subject}: onError`, 'a function', onError);
}
