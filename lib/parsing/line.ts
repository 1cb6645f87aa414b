// What one line of an exposition says, and the contract of the functions that read one.

import type { Exemplar, Labels } from '../core/model.ts';
import type { CompositeValue } from './composite.ts';
import type { Scanner } from './scanner.ts';

/** `end` is the end of the exposition. */
export type LineKind = 'sample' | 'help' | 'type' | 'unit' | 'end';

/** Reads up to the end of the next line that says something. */
export type ReadLine = (scanner: Scanner, line: Line) => LineKind;

/**
 * The line read last. One object serves a whole exposition, so what is to be kept has to be copied. Places (`…At`,
 * and `…End` after the last character) are for messages and for reading a token once more.
 */
export class Line {
  /** The name of the sample, or of the family that the metadata are for. */
  name = '';
  nameAt = 0;
  /** The help, type or unit. */
  text = '';
  textAt = 0;
  readonly labels: LabelList = new LabelList();
  value = 0;
  valueAt = 0;
  valueEnd = 0;
  timestampMs: number | undefined;
  timestampAt = 0;
  exemplar: Exemplar | undefined;
  exemplarAt = 0;
  /** What only OpenMetrics 2.0 has. Apart from the rest: four more properties made the text format 5 % slower to read. */
  extras: LineExtras | undefined;
}

export interface LineExtras {
  /** The value, where it has fields. */
  composite: CompositeValue | undefined;
  /** The start timestamp. */
  createdMs: number | undefined;
  createdAt: number;
  exemplars: readonly Exemplar[] | undefined;
}

/** The labels of one line, in lists that the next line reuses. */
export class LabelList {
  readonly names: string[] = [];
  readonly values: string[] = [];
  /** Where each name begins in the scanner's text. */
  readonly places: number[] = [];
  /** The text that holds them, and where the braces begin and end there. */
  text = '';
  start = 0;
  end = 0;
  /** The metric's name, if it stands among the labels. */
  metricName: string | undefined;
  /** Whether no name is quoted. */
  areNamesBare = true;
  /** Whether a value may have been written with escapes. */
  hasEscapes = false;

  /** Begins another line, whose labels are then set one by one. */
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

  /** Drops all labels but the first `count`. */
  cut(count: number): void {
    if (this.names.length === count) return;
    this.names.length = count;
    this.values.length = count;
    this.places.length = count;
  }

  /** A new object with the labels, but for one, such as `le`. */
  toObject(except?: string): Labels {
    const { names, values } = this;
    const labels: Record<string, string> = {};
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      if (name === except) continue;
      // An assignment to `__proto__` would set the prototype.
      if (name !== '__proto__') labels[name] = values[i]!;
      else Object.defineProperty(labels, name, { value: values[i]!, enumerable: true, configurable: true, writable: true });
    }
    return labels;
  }

  get(name: string): string | undefined {
    const at = this.names.indexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  /** Where a label stands. */
  placeOf(name: string): number {
    return this.places[this.names.indexOf(name)]!;
  }

  /** As written, with the braces. */
  written(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Whether they are written without needless blanks, escapes, quotes and commas. */
  isPlain(): boolean {
    const { names, values } = this;
    // Each label has `=""` and a comma or brace. An escape is longer than what it stands for, but for the unknown
    // escapes of OpenMetrics.
    let length = 1;
    for (let i = 0; i < names.length; i++) length += names[i]!.length + values[i]!.length + 4;
    return length === this.end - this.start && !(this.hasEscapes && this.written().includes('\\'));
  }
}
