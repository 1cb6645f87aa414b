// Reads the shape of a snapshot. Nothing is believed: who sent it may be of another version, or mean harm.

import { fault } from '../core/errors.ts';
import type { Labels } from '../core/model.ts';
import { reservedLabel } from '../core/names.ts';
import { TYPES } from '../core/types.ts';
import { BLOCK_HEAD } from './block-writer.ts';
import { ByteReader, malformed } from './bytes.ts';
import { framed } from './frame.ts';
import { CREATED, FLAGS, layoutOf, RULES, TYPE_NAMES } from './layout.ts';
import type { FamilyShape, Layout } from './layout.ts';

// Points, or strings, between two chances to yield.
const RUN = 512;

/** Characters of all labels of a block together, repeated ones counted each time; so much memory may their lines take. */
const MOST_TEXT = 2 ** 28;

/** The shape of one family. Its points are numbers in lists, since there may be a million of them. */
export interface ReadFamily extends FamilyShape {
  readonly id: number;
  readonly layouts: readonly Layout[];
  readonly strings: readonly string[];
  readonly length: number;
  /** By point: which layout it has. */
  readonly layoutAt: Uint32Array;
  /** By point: where the places of its label values begin among all, and one more. */
  readonly valuesAt: Uint32Array;
  /** Places of label values among the strings. */
  readonly values: Uint32Array;
  /** By point: where its numbers begin among those of the family, and one more. */
  readonly numbersAt: Uint32Array;
  /** By point: when it was created; NaN where that is not known. */
  readonly created: Float64Array;
}

/** A family of a part, and where its points and numbers begin among those of all its families. */
export interface PlacedFamily {
  readonly family: ReadFamily;
  readonly pointsAt: number;
  readonly numbersAt: number;
}

export interface Shape {
  readonly id: number;
  readonly families: readonly PlacedFamily[];
  readonly points: number;
  readonly numbers: number;
}

/** @param before - An earlier shape of the same member: families that are in both are not read again. @throws {MetricError} `ERR_SNAPSHOT` */
export function* readShape(pieces: readonly Uint8Array[], shapeId: number, before?: Shape): Generator<void, Shape> {
  const { id, count, body } = yield* framed(pieces);
  if (id !== shapeId) throw malformed(`the shape ${shapeId}`, id);
  const known = new Map(before?.families.map(({ family }) => [family.id, family]));
  const families: PlacedFamily[] = [];
  let [at, pointsAt, numbersAt] = [0, 0, 0];
  while (at < body.length) {
    if (body.length - at < BLOCK_HEAD) throw malformed('the head of a family', `${body.length - at} bytes`);
    const [size, familyId, points, numbers] = new Float64Array(body.buffer, body.byteOffset + at, BLOCK_HEAD / 8) as unknown as readonly [number, number, number, number];
    at += BLOCK_HEAD;
    if (!(size >= 0 && size % 8 === 0 && size <= body.length - at)) throw malformed('the length of a family', size);
    const family = known.get(familyId) ?? (yield* readFamily(familyId, body.subarray(at, at + size)));
    if (family.length !== points || family.numbersAt[family.length] !== numbers) throw malformed(`${points} points of ${numbers} numbers`, family.length);
    families.push({ family, pointsAt, numbersAt });
    at += size;
    pointsAt += points;
    numbersAt += numbers;
  }
  if (families.length !== count) throw malformed(`${count} families`, families.length);
  return { id, families, points: pointsAt, numbers: numbersAt };
}

function* readFamily(id: number, bytes: Uint8Array): Generator<void, ReadFamily> {
  const reader = new ByteReader(bytes);
  const text = reader.text(reader.length(1));
  yield;
  const strings = Array.from({ length: reader.length(1) }, () => '');
  let end = 0;
  for (let i = 0; i < strings.length; i++) {
    const begin = end;
    strings[i] = text.slice(begin, (end += reader.whole()));
    if (end > text.length) throw malformed(`${text.length} characters`, end);
    if (i % RUN === 0) yield;
  }
  const string = (): string => strings[reader.below(strings.length)]!;
  const shape = readHead(reader, string);
  const layouts = readLayouts(reader, string, shape);

  const length = reader.length(1);
  const layoutAt = new Uint32Array(length);
  const valuesAt = new Uint32Array(length + 1);
  const numbersAt = new Uint32Array(length + 1);
  const created = new Float64Array(length).fill(NaN);
  // A byte for each value at least.
  const values = new Uint32Array(reader.rest);
  let [chars, count, numbers] = [0, 0, 0];
  for (let i = 0; i < length; i++) {
    const { names, flags, width } = layouts[(layoutAt[i] = reader.below(layouts.length))]!;
    for (let j = 0; j < names.length; j++) chars += names[j]!.length + strings[(values[count++] = reader.below(strings.length))]!.length;
    if (flags & CREATED) created[i] = reader.number();
    numbers += width;
    if (chars > MOST_TEXT || numbers > MOST_TEXT) throw malformed(`labels and numbers of at most ${MOST_TEXT}`, Math.max(chars, numbers));
    valuesAt[i + 1] = count;
    numbersAt[i + 1] = numbers;
    if (i % RUN === 0) yield;
  }
  return { ...shape, id, layouts, strings, length, layoutAt, valuesAt, values: values.slice(0, count), numbersAt, created };
}

function readHead(reader: ByteReader, string: () => string): FamilyShape {
  const type = TYPE_NAMES[reader.below(TYPE_NAMES.length)]!;
  const merge = RULES[reader.below(RULES.length)]!;
  const isRetained = reader.below(2) === 1;
  const [name, help, unit] = [string(), string(), string()];
  if (name === '') throw malformed('a name', name);
  if (!TYPES[type].rules.includes(merge)) throw malformed(`a rule of ${type}s`, merge);
  const constants: [string, string][] = [];
  for (let rest = reader.length(2); rest > 0; rest--) constants.push([string(), string()]);
  checkNames(constants.map(([label]) => label), {}, reservedLabel(type, name));
  return { name, type, help, unit: unit === '' ? undefined : unit, merge, isRetained, constantLabels: Object.fromEntries(constants) };
}

function readLayouts(reader: ByteReader, string: () => string, { name, type, constantLabels }: FamilyShape): Layout[] {
  const layouts: Layout[] = [];
  for (let rest = reader.length(4); rest > 0; rest--) {
    const names = Array.from({ length: reader.length(1) }, string);
    const states = Array.from({ length: reader.length(1) }, string);
    const flags = reader.below(FLAGS);
    const steps = Object.freeze(Array.from({ length: reader.length(8) }, () => reader.number()));
    checkNames(names, constantLabels, reservedLabel(type, name));
    if (new Set(states).size < states.length) throw malformed('states that differ', states);
    if (!areSteps(steps, type === 'summary')) throw malformed('bounds or ranks', steps);
    layouts.push(layoutOf(type, names, flags, steps, states));
  }
  return layouts;
}

function checkNames(names: readonly string[], beside: Labels, reserved: string | undefined): void {
  const seen = new Set(Object.keys(beside));
  for (const name of names) {
    if (name === '' || name.startsWith('__') || name === reserved || seen.has(name)) throw fault('ERR_SNAPSHOT', 'snapshot', 'names of labels, each once', names);
    seen.add(name);
  }
}

function areSteps(steps: readonly number[], areRanks: boolean): boolean {
  if (areRanks) return new Set(steps).size === steps.length;
  return steps.every((step, i) => step < Infinity && (i === 0 || step > steps[i - 1]!));
}
