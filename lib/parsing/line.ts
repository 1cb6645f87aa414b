// What one line of an exposition says, and the contract of the functions that read one: one for each format.

import type { Exemplar } from '../core/model.ts';
import { LabelList } from './labels.ts';
import type { Scanner } from './scanner.ts';

/** `end` is the end of the exposition. */
export type LineKind = 'sample' | 'help' | 'type' | 'unit' | 'end';

/**
 * The line read last. One object for a whole exposition: who wants to keep something copies it. The places
 * (`…At`, and `…End` after the last character) are for messages and for reading a token once more.
 */
export class Line {
  /** The name of the sample, or of the family that the metadata are for. */
  name = '';
  nameAt = 0;
  /** The name of the last sample that had one before its braces. */
  bareName = '';
  /** Of metadata: the help, the type or the unit. */
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
}

/** Reads up to and with the next line that says something. */
export type ReadLine = (scanner: Scanner, line: Line) => LineKind;
