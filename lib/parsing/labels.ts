// Reads the labels between braces, with the quoted metric name that may stand among them.

import type { Labels } from '../core/model.ts';
import { quote } from './parse-error.ts';
import { CLOSE, COMMA, EQUALS, isAt, QUOTE } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/** What the formats allow between braces. */
export interface LabelRules {
  /** Whether blanks and tabs may stand around everything, and a comma after the last label. */
  readonly isLoose: boolean;
}

/** The labels of one line, as two lists that the next line fills again. */
export class LabelList {
  readonly names: string[] = [];
  readonly values: string[] = [];
  /** Where each name begins in the scanner's text. */
  readonly places: number[] = [];
  /** The text that they are in, and where they begin and end there. */
  text = '';
  start = 0;
  end = 0;
  /** The metric's name, if it stands among the labels. */
  metricName: string | undefined;
  /** Whether no name is quoted. */
  areNamesBare = true;
  /** Whether a value may have been written with escapes. */
  hasEscapes = false;

  /** Begins a label block of its own, which is then filled from the first place on. */
  begin(text: string, at: number): void {
    this.text = text;
    this.start = at;
    this.metricName = undefined;
    this.areNamesBare = true;
    this.hasEscapes = false;
  }

  set(at: number, name: string, value: string, place: number): void {
    this.names[at] = name;
    this.values[at] = value;
    this.places[at] = place;
  }

  /** Drops all labels but the first. */
  cut(count: number): void {
    if (this.names.length === count) return;
    this.names.length = count;
    this.values.length = count;
    this.places.length = count;
  }

  /** The labels as an object of its own, without the one that a bucket or a quantile has more. */
  toObject(except?: string): Labels {
    const { names, values } = this;
    const labels: Record<string, string> = {};
    for (let i = 0; i < names.length; i++) {
      if (names[i] !== except) put(labels, names[i]!, values[i]!);
    }
    return labels;
  }

  /** A label's value. */
  get(name: string): string | undefined {
    const at = this.names.indexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  /** Where a label stands. */
  placeOf(name: string): number {
    return this.places[this.names.indexOf(name)]!;
  }

  /** The labels as they are written, with the braces. */
  written(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Whether nothing is written but what has to be: no blanks, escapes, needless quotes or commas. */
  isPlain(): boolean {
    const { names, values } = this;
    // Each label has `=""` more, and a comma or brace. An escape is longer than what it stands for, other than
    // the unknown escapes of OpenMetrics.
    let length = 1;
    for (let i = 0; i < names.length; i++) length += names[i]!.length + values[i]!.length + 4;
    return length === this.end - this.start && !(this.hasEscapes && this.written().includes('\\'));
  }
}

/** The labels of the last series, to see cheaply that a line belongs to it too. */
export class LastLabels {
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  set({ names, values }: LabelList, except: string | undefined): void {
    this.#names.length = 0;
    this.#values.length = 0;
    for (let i = 0; i < names.length; i++) {
      if (names[i] === except) continue;
      this.#names.push(names[i]!);
      this.#values.push(values[i]!);
    }
  }

  /** Whether the labels are these in the same order: the same in another order take the longer way. */
  isSame({ names, values }: LabelList, except: string | undefined): boolean {
    let at = 0;
    for (let i = 0; i < names.length; i++) {
      if (names[i] === except) continue;
      if (names[i] !== this.#names[at] || values[i] !== this.#values[at]) return false;
      at++;
    }
    return at === this.#names.length;
  }
}

/** Sets an entry of an object, `__proto__` too. */
export function put<V>(record: Record<string, V>, name: string, value: V): void {
  if (name !== '__proto__') record[name] = value;
  else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
}

// Above this many labels, whether a name has been there is looked up in a set: a line may be long.
const FEW = 16;

/** Reads `{…}`, which begins here, into the list. */
export function readLabels(scanner: Scanner, list: LabelList, { isLoose }: LabelRules, mayHaveMetricName: boolean): void {
  const { names } = list;
  // Until they are overwritten the names are those of the line before, which are mostly the same.
  const { areNamesBare: mayHint } = list;
  let count = 0;
  let taken: Set<string> | undefined;
  list.begin(scanner.text, scanner.at);

  scanner.at++;
  if (isLoose) scanner.skipBlanks();
  let isFirst = true;
  for (;;) {
    if (scanner.text.charCodeAt(scanner.at) === CLOSE && (isFirst || isLoose)) break;
    const start = scanner.at;
    const hint = mayHint ? names[count] : undefined;
    const plainValue = hint === undefined ? undefined : readPlainLabel(scanner, hint);
    const name = plainValue === undefined ? readLabelName(scanner, list) : hint!;
    if (isLoose) scanner.skipBlanks();
    const isMetricName = plainValue === undefined && scanner.text.charCodeAt(start) === QUOTE && scanner.text.charCodeAt(scanner.at) !== EQUALS;
    if (isMetricName && mayHaveMetricName && (isFirst || isLoose) && list.metricName === undefined) {
      list.metricName = name;
    } else {
      if (name === '__name__') scanner.fail('label "__name__": expected another name, it is reserved for the name of the metric', start);
      if (count >= FEW) taken = (taken ?? new Set(names.slice(0, count))).add(name);
      const isTaken = taken === undefined ? isAmong(names, count, name) : taken.size === count;
      if (isTaken) scanner.fail(`label ${quote(name)}: expected each label once, got it again`, start);
      if (plainValue === undefined) list.hasEscapes = true;
      list.set(count++, name, plainValue ?? readLabelValue(scanner, name, isLoose), start);
      if (isLoose) scanner.skipBlanks();
    }
    isFirst = false;

    const code = scanner.text.charCodeAt(scanner.at);
    if (code === CLOSE) break;
    if (code !== COMMA) scanner.fail(`labels: expected "," or "}", got ${scanner.found()}`);
    scanner.at++;
    if (isLoose) scanner.skipBlanks();
  }
  scanner.at++;
  list.end = scanner.at;
  list.cut(count);
}

/**
 * The value of the label that begins here, if it has the name and is written plainly: `name="value"`. If not,
 * nothing is read. The name is then the same string as before, not one like it, and the object that it becomes
 * a key of need not look it up again.
 */
function readPlainLabel(scanner: Scanner, name: string): string | undefined {
  const { text } = scanner;
  const at = scanner.at + name.length;
  if (text.charCodeAt(at) !== EQUALS || text.charCodeAt(at + 1) !== QUOTE || !isAt(text, scanner.at, name)) return undefined;
  const start = at + 2;
  const end = scanner.plainEnd(start);
  if (end < 0) return undefined;
  scanner.at = end + 1;
  return text.slice(start, end);
}

function readLabelName(scanner: Scanner, list: LabelList): string {
  const start = scanner.at;
  if (scanner.text.charCodeAt(start) !== QUOTE) {
    const name = scanner.readName(false);
    if (name === '') scanner.fail(`labels: expected the name of a label, got ${scanner.found()}`);
    return name;
  }
  list.areNamesBare = false;
  const name = scanner.readString('quoted name');
  if (name === '') scanner.fail('quoted name: expected at least one character, got ""', start);
  return name;
}

function readLabelValue(scanner: Scanner, name: string, isLoose: boolean): string {
  if (scanner.text.charCodeAt(scanner.at) !== EQUALS) scanner.fail(`label ${quote(name)}: expected "=", got ${scanner.found()}`);
  scanner.at++;
  if (isLoose) scanner.skipBlanks();
  if (scanner.text.charCodeAt(scanner.at) !== QUOTE) scanner.fail(`label ${quote(name)}: expected a quoted value, got ${scanner.found()}`);
  return scanner.readString('label value');
}

function isAmong(names: readonly string[], count: number, name: string): boolean {
  for (let i = 0; i < count; i++) if (names[i] === name) return true;
  return false;
}
