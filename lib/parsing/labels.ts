// Reads the labels between braces, and the quoted metric name that may stand among them.

import type { LabelList } from './line.ts';
import { quote } from './parse-error.ts';
import { CLOSE, COMMA, EQUALS, isAt, QUOTE } from './scanner.ts';
import type { Scanner } from './scanner.ts';

/** What a format allows between braces. */
export interface LabelRules {
  /** Whether blanks and tabs may stand around everything, and a comma after the last label. */
  readonly isLoose: boolean;
}

// With more labels than this, repeated names are found by a set.
const FEW = 16;

/** Reads `{…}`, which begins here, into the list. */
export function readLabels(scanner: Scanner, list: LabelList, { isLoose }: LabelRules, mayHaveMetricName: boolean): void {
  const { names } = list;
  // Until they are overwritten, the names are those of the line before, and mostly the same.
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
 * Reads the value of the label that begins here, if it has that name and is written plainly, as `name="value"`; if
 * not, reads nothing. The name is then the very string of the line before, so that the object that it becomes a key
 * of need not look it up again.
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
    return scanner.countLong(name, start);
  }
  list.areNamesBare = false;
  const name = scanner.readString('quoted name');
  if (name === '') scanner.fail('quoted name: expected at least one character, got ""', start);
  return scanner.countLong(name, start);
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
