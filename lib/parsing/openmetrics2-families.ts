// Groups the lines of OpenMetrics 2.0 into families, in which every sample has the name of the family. Does not know what
// a point is made of.
// https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/

import type { MetricFamily } from '../core/model.ts';
import { Line } from './line.ts';
import { addMetadata, metadataOf } from './openmetrics-metadata.ts';
import type { MetadataDraft } from './openmetrics-metadata.ts';
import { readOpenMetrics2Line } from './openmetrics2-lines.ts';
import { OpenMetrics2Points } from './openmetrics2-points.ts';
import { quote } from './parse-error.ts';
import { OPEN, QUOTE } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/** A family as far as it is known. */
interface Draft extends MetadataDraft {
  readonly name: string;
  readonly isQuoted: boolean;
  /** Undefined up to the first sample, after which no metadata may follow. */
  points: OpenMetrics2Points | undefined;
}

/** Reads a whole exposition. */
export function openMetrics2Families(scanner: Scanner): MetricFamily[] {
  const families = new Families(scanner);
  const line = new Line();
  for (let kind = readOpenMetrics2Line(scanner, line); kind !== 'end'; kind = readOpenMetrics2Line(scanner, line)) {
    if (kind === 'sample') families.addSample(line);
    else families.addMetadata(kind, line);
  }
  return families.finish();
}

class Families {
  private readonly scanner: Scanner;
  private readonly families: MetricFamily[] = [];
  private readonly taken = new Set<string>();
  private current: Draft | undefined;

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  addMetadata(kind: 'help' | 'type' | 'unit', line: Line): void {
    const family = this.familyOf(line);
    addMetadata(family, kind, line, family.points !== undefined, false, this.scanner);
    if (family.type === 'info' && !line.name.endsWith('_info')) {
      this.scanner.fail(`# TYPE ${quote(line.name)}: expected the name of an info to end in "_info", got ${quote(line.name)}`, line.nameAt);
    }
  }

  addSample(line: Line): void {
    const family = this.familyOf(line);
    family.points ??= new OpenMetrics2Points(family.name, family.type ?? 'unknown', this.scanner);
    family.points.add(line);
  }

  finish(): MetricFamily[] {
    this.close();
    return this.families;
  }

  /** The family that a line belongs to: the one before, or a new one. "MetricFamily", "Name". */
  private familyOf({ name, nameAt }: Line): Draft {
    const { scanner, current } = this;
    const code = scanner.text.charCodeAt(nameAt);
    const isQuoted = code === QUOTE || code === OPEN;
    if (current?.name === name) {
      if (isQuoted !== current.isQuoted) scanner.fail(`family ${quote(name)}: expected its name in quotes on all its lines or on none, got it ${isQuoted ? 'quoted' : 'bare'}`, nameAt);
      return current;
    }
    this.close();
    if (this.taken.has(name)) scanner.fail(`family ${quote(name)}: expected all its lines together, got another after those of other families`, nameAt);
    this.taken.add(name);
    return (this.current = { name, isQuoted, type: undefined, unit: undefined, help: undefined, points: undefined });
  }

  private close(): void {
    const family = this.current;
    if (family === undefined) return;
    family.points ??= new OpenMetrics2Points(family.name, family.type ?? 'unknown', this.scanner);
    this.families.push(...family.points.finish(metadataOf(family)));
  }
}
