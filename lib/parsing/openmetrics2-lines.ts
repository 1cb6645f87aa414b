// Reads single lines of OpenMetrics 2.0.0 by its ABNF: those of 1.0.0 with values that have fields, start timestamps and
// any number of exemplars. Does not know what lines mean together.
// https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/

import type { Exemplar } from '../core/model.ts';
import { readComposite } from './composite.ts';
import type { Line, LineExtras, LineKind } from './line.ts';
import { beginLine, endLine, readExemplarLabels, readExemplarValue, readHashLine, readSeries, readTimestamp, readValue, skipBlank } from './openmetrics-lines.ts';
import { quote, sampleSubject } from './parse-error.ts';
import { BLANK, HASH, isAt, OPEN } from './scanner.ts';
import type { Scanner } from './scanner.ts';

export function readOpenMetrics2Line(scanner: Scanner, line: Line): LineKind {
  beginLine(scanner);
  if (scanner.text.charCodeAt(scanner.at) === HASH) {
    const kind = readHashLine(scanner, line);
    // "Overall Structure". Within a string it is a character like any other.
    if (kind !== 'end' && line.text.endsWith('\r')) scanner.fail(`# ${kind.toUpperCase()} ${quote(line.name)}: expected a line feed alone as the end of the line, got a carriage return before it`, scanner.lineEnd - 1);
    return kind;
  }
  readSample(scanner, line);
  return 'sample';
}

function readSample(scanner: Scanner, line: Line): void {
  const { text } = scanner;
  const extras = (line.extras = { composite: undefined, createdMs: undefined, createdAt: 0, exemplars: undefined } as LineExtras);
  readSeries(scanner, line);
  if (text.charCodeAt(scanner.at) === OPEN) extras.composite = readComposite(scanner);
  else readValue(scanner, line);

  line.timestampMs = undefined;
  if (text.charCodeAt(scanner.at) === BLANK && !isAt(text, scanner.at, ' #') && !isAt(text, scanner.at, ' st@')) {
    line.timestampAt = ++scanner.at;
    line.timestampMs = readTimestamp(scanner) ?? scanner.fail(`${sampleSubject(line.name)}: expected seconds as timestamp, got ${scanner.found()}`);
  }
  if (isAt(text, scanner.at, ' st@')) {
    extras.createdAt = scanner.at + 1;
    scanner.at += 4;
    extras.createdMs = readTimestamp(scanner) ?? scanner.fail(`${sampleSubject(line.name)}: expected seconds as start timestamp, got ${scanner.found()}`);
  }
  line.exemplarAt = scanner.at + 3;
  if (text.charCodeAt(scanner.at) === BLANK) extras.exemplars = readExemplars(scanner, line.name);
  endLine(scanner);
}

function readExemplars(scanner: Scanner, name: string): readonly Exemplar[] {
  const exemplars: Exemplar[] = [];
  while (isAt(scanner.text, scanner.at, ' # {')) {
    scanner.at += 3;
    const labels = readExemplarLabels(scanner).toObject();
    const value = readExemplarValue(scanner);
    if (!skipBlank(scanner)) scanner.fail(`exemplar: expected one blank and a timestamp after the value, got ${scanner.found()}`);
    const timestampMs = readTimestamp(scanner) ?? scanner.fail(`exemplar: expected seconds as timestamp, got ${scanner.found()}`);
    exemplars.push({ labels, value, timestampMs });
  }
  if (scanner.text.charCodeAt(scanner.at) === BLANK) {
    scanner.fail(`${sampleSubject(name)}: expected the end of the line, or an exemplar after " # ", got ${scanner.found(scanner.at + 1)}`, scanner.at + 1);
  }
  return exemplars;
}
