// What a family is where the format could not say so: the text format shows infos and state sets as gauges.

import type { GaugePoint, Labels, MetricFamily, StateSetPoint } from '../core/model.ts';
import { seriesKey } from './series-key.ts';

/** The family as what it is. */
export function recognised(family: MetricFamily): MetricFamily {
  if (family.type !== 'gauge') return family;
  const points = [...family.points];
  if (points.length === 0) return family;
  const head = { name: family.name, help: family.help, unit: family.unit, constantLabels: family.constantLabels };
  if (family.name.endsWith('_info') && points.every(({ value }) => value === 1)) return { ...head, type: 'info', points };
  const isState = ({ labels, value }: GaugePoint): boolean => Object.hasOwn(labels, family.name) && (value === 0 || value === 1);
  return points.every(isState) ? { ...head, type: 'stateset', points: stateSets(family.name, points) } : family;
}

/** Sets of states out of one gauge for each state, whose label has the family's name. */
function stateSets(name: string, points: readonly GaugePoint[]): StateSetPoint[] {
  const sets = new Map<string, { readonly labels: Labels; readonly states: Record<string, boolean> }>();
  for (const { labels, value } of points) {
    const others = Object.fromEntries(Object.entries(labels).filter(([label]) => label !== name));
    const key = seriesKey(others);
    let set = sets.get(key);
    if (set === undefined) sets.set(key, (set = { labels: others, states: Object.create(null) as Record<string, boolean> }));
    set.states[labels[name]!] = value === 1;
  }
  return [...sets.values()];
}
