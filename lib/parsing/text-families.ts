// Groups the lines of the text format into families. Does not know what a histogram or a summary is made of.

import type { MetricFamily } from '../core/model.ts';
import { Line } from './line.ts';
import { quote } from './parse-error.ts';
import type { Scanner } from './scanner.ts';
import { readTextLine } from './text-lines.ts';
import { SinglePoints, StepPoints } from './text-points.ts';
import type { StepRole } from './text-points.ts';

type TextType = 'counter' | 'gauge' | 'histogram' | 'summary' | 'untyped';

const TYPES: ReadonlySet<string> = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped'] satisfies TextType[]);

/** What `# HELP`, `# TYPE` and samples say of one name. */
interface Entry {
  readonly name: string;
  help: string;
  type: TextType | undefined;
  points: SinglePoints | StepPoints | undefined;
}

/** What the samples of one name belong to. */
interface Target {
  readonly points: SinglePoints | StepPoints;
  readonly role: StepRole;
}

/** Reads a whole exposition. */
export function textFamilies(scanner: Scanner): MetricFamily[] {
  const families = new Families(scanner);
  const line = new Line();
  for (let kind = readTextLine(scanner, line); kind !== 'end'; kind = readTextLine(scanner, line)) {
    if (kind === 'sample') families.addSample(line);
    else if (kind === 'help') families.addHelp(line);
    else families.addType(line);
  }
  return families.finish();
}

class Families {
  private readonly scanner: Scanner;
  private readonly entries = new Map<string, Entry>();
  private readonly targets = new Map<string, Target>();
  // Of the last sample: most have the same name as the one before.
  private name = '';
  private target: Target | undefined;

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  addHelp({ name, nameAt, text }: Line): void {
    // An empty one says nothing, and the official parsers let it pass.
    if (text === '') return;
    const entry = this.entry(name);
    if (entry.help !== '') this.scanner.fail(`# HELP ${quote(name)}: expected one for each metric, got a second`, nameAt);
    entry.help = text;
  }

  addType({ name, nameAt, text, textAt }: Line): void {
    if (!TYPES.has(text)) {
      this.scanner.fail(`# TYPE ${quote(name)}: expected counter, gauge, histogram, summary or untyped, got ${quote(text)}`, textAt);
    }
    const entry = this.entry(name);
    if (entry.type !== undefined) this.scanner.fail(`# TYPE ${quote(name)}: expected one for each metric, got a second`, nameAt);
    if (this.targets.has(name)) this.scanner.fail(`# TYPE ${quote(name)}: expected it before the first sample of that name, got it after`, nameAt);
    entry.type = text as TextType;
    entry.points = text === 'histogram' || text === 'summary' ? new StepPoints(name, text) : new SinglePoints();
  }

  addSample(line: Line): void {
    const { name } = line;
    if (name !== this.name || this.target === undefined) {
      let target = this.targets.get(name);
      if (target === undefined) this.targets.set(name, (target = this.newTarget(name)));
      this.name = name;
      this.target = target;
    }
    const { points, role } = this.target;
    if (points instanceof SinglePoints) points.add(line.labels, line.value, line.timestampMs);
    else points.add(line, role, this.scanner);
  }

  finish(): MetricFamily[] {
    const families: MetricFamily[] = [];
    for (const { name, help, type, points } of this.entries.values()) {
      // A help alone makes no family.
      if (points === undefined) continue;
      if (points instanceof SinglePoints) {
        const modelType = type === 'counter' || type === 'gauge' ? type : 'unknown';
        families.push({ name, help, type: modelType, points: points.points });
      } else {
        // Beside a family that has the name of one of its samples, it could not be written unambiguously.
        const isAlone = points.sampleNames().every((sample) => sample === name || this.entries.get(sample)?.points === undefined);
        families.push(...points.families(help, isAlone));
      }
    }
    return families;
  }

  private entry(name: string): Entry {
    let entry = this.entries.get(name);
    if (entry === undefined) this.entries.set(name, (entry = { name, help: '', type: undefined, points: undefined }));
    return entry;
  }

  /** The family of that name, or else the histogram or summary that has such samples. */
  private newTarget(name: string): Target {
    const own = this.entries.get(name);
    if (own?.points === undefined) {
      for (const [suffix, role] of SUFFIXES) {
        const steps = name.endsWith(suffix) ? this.entries.get(name.slice(0, -suffix.length))?.points : undefined;
        if (steps instanceof StepPoints && steps.has(role)) return { points: steps, role };
      }
    }
    const entry = own ?? this.entry(name);
    entry.points ??= new SinglePoints();
    return { points: entry.points, role: 'plain' };
  }
}

const SUFFIXES: readonly (readonly [string, StepRole])[] = [
  ['_bucket', 'bucket'],
  ['_sum', 'sum'],
  ['_count', 'count'],
];
