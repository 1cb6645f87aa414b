// Keeps what a writer makes of a family that cannot change: with many small families, it costs more than the lines.

import type { MetricFamily } from '../core/model.ts';
import type { FamilyText } from './chunks.ts';

/** What is done once for each family. The name is the one that it is shown by. */
export type WriteFamily = (family: MetricFamily, name: string) => FamilyText;

/** The same function, remembering what it made of frozen families for as long as they live. */
export function remembered(write: WriteFamily): WriteFamily {
  const kept = new WeakMap<MetricFamily, { readonly name: string; readonly text: FamilyText }>();
  return (family, name) => {
    const before = kept.get(family);
    // The name may depend on the families beside it.
    if (before?.name === name) return before.text;
    const text = write(family, name);
    if (Object.isFrozen(family) && Object.isFrozen(family.constantLabels)) kept.set(family, { name, text });
    return text;
  };
}
