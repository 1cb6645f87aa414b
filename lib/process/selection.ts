// Which metrics are wanted: the options `only` and `except`, of groups and of single names.

import { fault, show } from '../core/errors.ts';
import { checkOptions } from '../core/options.ts';
import { GROUPS } from './catalogue.ts';
import type { GroupName } from './catalogue.ts';

/** The names that are chosen, by group; no group without any. @throws {MetricError} `ERR_OPTION` */
export function selected(subject: string, only: readonly string[] | undefined, except: readonly string[] | undefined): Map<GroupName, readonly string[]> {
  const isIn = (list: readonly string[], group: string, name: string): boolean => list.includes(group) || list.includes(name);
  const groups = Object.entries(GROUPS) as [GroupName, { readonly metrics: object }][];
  const known = groups.flatMap(([group, { metrics }]) => [group, ...Object.keys(metrics)]);
  for (const [option, list] of Object.entries({ only, except })) check(`${subject}: ${option}`, list, known);
  const chosen = groups.map(([group, { metrics }]) => {
    const names = Object.keys(metrics).filter((name) => (only === undefined || isIn(only, group, name)) && !(except !== undefined && isIn(except, group, name)));
    return [group, names] as const;
  });
  return new Map(chosen.filter(([, names]) => names.length > 0));
}

function check(subject: string, list: unknown, known: readonly string[]): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) throw fault('ERR_OPTION', subject, `a list of groups and names, such as ${show(known[0])}`, list);
  for (const each of list) {
    if (typeof each !== 'string') throw fault('ERR_OPTION', subject, 'names', each);
    checkOptions(subject, { [each]: true }, known);
  }
}
