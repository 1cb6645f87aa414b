// A family as a registry shows it, with constant labels around it. That of an instrument is the same object at every
// scrape, so that writers can keep what they make of it.

import { brand } from './brand.ts';
import type { FamilyHead, Labels, MergeRule, MetricType, Point } from './model.ts';

/** All of a family but its points and constant labels. */
export type LiveHead = Omit<FamilyHead, 'constantLabels'> & { readonly type: MetricType; readonly allNames?: readonly string[] | undefined };

/** A frozen family whose points keep a `lineStart` of its name, and are those of the moment. */
export class LiveFamily implements FamilyHead {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly unit: string | undefined;
  readonly merge: MergeRule | undefined;
  readonly constantLabels: Labels;
  /** Of the labels of an instrument. */
  readonly allNames: readonly string[] | undefined;
  private readonly source: { readonly points: Iterable<Point> };

  constructor({ name, type, help, unit, merge, allNames }: LiveHead, constantLabels: Labels, source: { readonly points: Iterable<Point> }, kind: 'live' | 'checked' = 'live') {
    this.name = name;
    this.type = type;
    this.help = help;
    this.unit = unit;
    this.merge = merge;
    this.constantLabels = constantLabels;
    this.allNames = allNames;
    this.source = source;
    brand(this, kind);
    Object.freeze(this);
  }

  get points(): Iterable<Point> {
    return this.source.points;
  }
}
