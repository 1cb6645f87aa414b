// Groups the lines of OpenMetrics into families, and checks what its prose says of families: which lines belong
// together, and that no two families could have the same sample. Does not know what a point is made of.
// https://prometheus.io/docs/specs/om/open_metrics_spec/

import type { MetricFamily, MetricType } from '../core/model.ts';
import { Line } from './line.ts';
import { readOpenMetricsLine } from './openmetrics-lines.ts';
import { addMetadata, metadataOf } from './openmetrics-metadata.ts';
import type { MetadataDraft } from './openmetrics-metadata.ts';
import { FamilyPoints } from './openmetrics-points.ts';
import { ROLES } from './openmetrics-types.ts';
import { ParseError, quote, sampleSubject } from './parse-error.ts';
import type { Scanner } from './scanner.ts';

/** A family as far as it is known. */
interface Draft extends MetadataDraft {
  readonly name: string;
  /** The place of its name in its first line, for errors of the family as a whole. */
  readonly line: number;
  readonly column: number;
  /** Undefined up to the first sample, after which no metadata may follow. */
  points: FamilyPoints | undefined;
}

/** Reads a whole exposition. */
export function openMetricsFamilies(scanner: Scanner): MetricFamily[] {
  const families = new Families(scanner);
  const line = new Line();
  for (let kind = readOpenMetricsLine(scanner, line); kind !== 'end'; kind = readOpenMetricsLine(scanner, line)) {
    if (kind === 'sample') families.addSample(line);
    else families.addMetadata(kind, line);
  }
  return families.finish();
}

class Families {
  private readonly scanner: Scanner;
  private readonly families: MetricFamily[] = [];
  // The names of all families so far, and of all samples that they could have.
  private readonly taken = new Set<string>();
  private current: Draft | undefined;

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  addMetadata(kind: 'help' | 'type' | 'unit', line: Line): void {
    const { name, nameAt } = line;
    const family = this.current?.name === name ? this.current : this.begin(name, nameAt);
    addMetadata(family, kind, line, family.points !== undefined, true, this.scanner);
  }

  addSample(line: Line): void {
    const { name } = line;
    let family = this.current;
    let role = family === undefined ? undefined : this.pointsOf(family).roleOf(name);
    if (family === undefined || role === undefined) {
      this.checkNew(line);
      family = this.begin(name, line.nameAt);
      role = this.pointsOf(family).roleOf(name)!;
    }
    family.points!.add(line, role);
  }

  finish(): MetricFamily[] {
    this.close();
    return this.families;
  }

  private begin(name: string, nameAt: number): Draft {
    this.close();
    const { line, lineStart } = this.scanner;
    return (this.current = { name, line, column: nameAt - lineStart + 1, type: undefined, unit: undefined, help: undefined, points: undefined });
  }

  /** The family's points. The first call ends its metadata, so that the names of its samples are known. */
  private pointsOf(family: Draft): FamilyPoints {
    if (family.points === undefined) {
      const { name, type = 'unknown' } = family;
      this.claim(family, type);
      family.points = new FamilyPoints(name, type, this.scanner);
    }
    return family.points;
  }

  /** "Suffixes": no family may have the name of a sample that another could have. */
  private claim({ name, line, column }: Draft, type: MetricType): void {
    for (const sample of new Set([name, ...Object.keys(ROLES[type]).map((suffix) => name + suffix)])) {
      if (this.taken.has(sample)) {
        throw new ParseError(`${type} ${quote(name)}: expected names that no other family has, got ${quote(sample)} again`, line, column);
      }
      this.taken.add(sample);
    }
  }

  /** Fails for a sample that is not the current family's and whose name is taken. */
  private checkNew({ name, nameAt }: Line): void {
    if (!this.taken.has(name)) return;
    const current = this.current;
    if (current?.name === name) {
      const expected = Object.keys(ROLES[current.type ?? 'unknown']).map((suffix) => quote(name + suffix));
      this.scanner.fail(`${sampleSubject(name)}: expected ${expected.join(' or ')} in the ${current.type} ${quote(name)}, got ${quote(name)}`, nameAt);
    }
    this.scanner.fail(`${sampleSubject(name)}: expected all samples of a family together, got one of a family that ended before`, nameAt);
  }

  private close(): void {
    const family = this.current;
    if (family === undefined) return;
    this.families.push(this.pointsOf(family).finish(metadataOf(family)));
  }
}
