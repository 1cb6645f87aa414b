// The labels of points that have no valid `lineStart`, as they stand in their lines, and which of their series have
// been shown before.

import { isKind } from '../core/brand.ts';
import { escapeLabelValue, toWellFormed } from '../core/labels.ts';
import type { Labels, MetricFamily, Point } from '../core/model.ts';
import type { Dialect, Tail } from './dialect.ts';
import { hashOf, labelNames } from './label-names.ts';
import type { LabelName, LabelNames } from './label-names.ts';

/** The labels of families that are shown as one. */
export interface LabelTexts {
  /** The constant labels of a family, without braces: `a="b",c="d"`. */
  constant(labels: Labels): string;
  /** A function for the points of one of the families: undefined where the series has been shown before. */
  tails(family: MetricFamily): (point: Point, time: string) => Tail | undefined;
  /** How many points were left out, since their series had been shown. */
  repeated: number;
}

/**
 * @param reserved - A name that none of them may have.
 * @param isShared - Whether several of the families may show the same series.
 */
export function labelTexts({ labelName, time: timeText }: Dialect, reserved: string | undefined, families: readonly MetricFamily[], isShared: boolean): LabelTexts {
  // Made when a label asks for its name: many families have none.
  let made: LabelNames | undefined;
  const names = (): LabelNames => (made ??= labelNames(labelName, reserved, () => labelsOf(families)));
  const ofName = (name: string): LabelName => names().of(name);
  let shared: Map<number, Point | string> | undefined;

  const texts: LabelTexts = {
    repeated: 0,
    constant: (labels) => pairs(labels, ofName).join(),
    tails(family) {
      const { constantLabels, points } = family;
      const nameOf = constantLabels === undefined ? ofName : (name: string): LabelName => (Object.hasOwn(constantLabels, name) ? names().beside(name) : ofName(name));
      const constantHash = isShared ? Object.entries(constantLabels ?? {}).reduce((sum, [name, value]) => sum + labelHash(ofName(name), labelValueText(value)), 0) | 0 : 0;
      // By hash: a point of each series, or, where constant labels tell them apart as well, its key.
      const isUnique = isKind(family, 'instrument', 'live', 'checked') || (points as readonly Point[]).length === 1;
      const firsts = isShared ? (shared ??= new Map()) : isUnique ? undefined : new Map<number, Point | string>();
      // The same for the same labels in any order; an empty value is as good as none. Exposition formats, "Grouping and sorting".
      const keyOf = ({ labels, timestampMs }: Point): string => {
        const present = [...pairs(constantLabels ?? {}, ofName), ...pairs(labels, nameOf)].filter((pair) => !pair.endsWith('=""'));
        return `${present.sort()}${timestampMs === undefined ? '' : timeText(timestampMs)}`;
      };
      // Most points of a family have the same names in the same order.
      let last: Opened = { names: [], openings: [], labels: [] };
      return (point, time) => {
        const { labels } = point;
        const own = Object.keys(labels);
        if (!isSame(own, last.names)) last = opened(own, nameOf);
        const { names, openings } = last;
        let tail = '';
        let hash = constantHash;
        for (let i = 0; i < names.length; i++) {
          const value = labelValueText(labels[names[i]!]!);
          tail += openings[i]! + value;
          if (firsts !== undefined) hash = (hash + labelHash(last.labels[i]!, value)) | 0;
        }
        if (firsts !== undefined && isRepeated(point, time === '' ? hash : hashOf(time, hash))) return undefined;
        return tail === '' ? '' : `${tail}"} `;
      };

      function isRepeated(point: Point, hash: number): boolean {
        for (let first; (first = firsts!.get(hash)) !== undefined; hash = (hash + 1) | 0) {
          if ((typeof first === 'string' ? first : keyOf(first)) !== keyOf(point)) continue;
          texts.repeated++;
          return true;
        }
        firsts!.set(hash, isShared ? keyOf(point) : point);
        return false;
      }
    },
  };
  return texts;
}

/** How the labels of a point begin: `method="`, `",status="`. */
interface Opened {
  readonly names: readonly string[];
  readonly openings: readonly string[];
  readonly labels: readonly LabelName[];
}

function opened(names: readonly string[], nameOf: (name: string) => LabelName): Opened {
  const labels = names.map(nameOf);
  return { names, labels, openings: labels.map(({ opening }, i) => (i === 0 ? opening : `",${opening}`)) };
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}

/** Labels as they stand, one by one: `a="b"`. */
export function pairs(labels: Labels, nameOf: (name: string) => LabelName): string[] {
  return Object.entries(labels).map(([name, value]) => `${nameOf(name).opening}${labelValueText(value)}"`);
}

/** A label's value as it stands between its quotes. */
export function labelValueText(value: string): string {
  return /[\\"\n\ud800-\udfff]/.test(value) ? escapeLabelValue(toWellFormed(value)) : value;
}

function labelHash({ hash }: LabelName, value: string): number {
  return value === '' ? 0 : hashOf(value, hash);
}

function* labelsOf(families: readonly MetricFamily[]): Iterable<Labels> {
  for (const { constantLabels, points } of families) {
    if (constantLabels !== undefined) yield constantLabels;
    for (const { labels } of points) yield labels;
  }
}
