// Reads single lines of OpenMetrics 1.0.0 by its ABNF, which allows one blank between tokens and nothing more.
// Quoted names, which Prometheus added, are those of OpenMetrics 2.0. Does not know what lines mean together.
// https://prometheus.io/docs/specs/om/open_metrics_spec/

import type { Exemplar } from '../core/model.ts';
import { readLabels } from './labels.ts';
import type { LabelRules } from './labels.ts';
import { LabelList } from './line.ts';
import type { Line, LineKind } from './line.ts';
import { parseNumber, parseSeconds } from './numbers.ts';
import { quote, sampleSubject } from './parse-error.ts';
import { BLANK, HASH, LINE_FEED, OPEN } from './scanner.ts';
import type { Scanner } from './scanner.ts';

const LABEL_RULES: LabelRules = { isLoose: false };

export function readOpenMetricsLine(scanner: Scanner, line: Line): LineKind {
  beginLine(scanner);
  if (scanner.text.charCodeAt(scanner.at) === HASH) return readHashLine(scanner, line);
  readSample(scanner, line);
  return 'sample';
}

/** Begins the next line, which there must be. */
export function beginLine(scanner: Scanner): void {
  if (scanner.nextLine()) return;
  // The place is the beginning of the line that is missing.
  scanner.line++;
  scanner.lineStart = scanner.at;
  scanner.fail('exposition: expected "# EOF" as the last line, got the end of the input');
}

const KINDS: ReadonlyMap<string, LineKind> = new Map([
  ['HELP', 'help'],
  ['TYPE', 'type'],
  ['UNIT', 'unit'],
]);

/** Reads a line that begins with `#`, which is never a comment. "MetricFamily metadata". */
export function readHashLine(scanner: Scanner, line: Line): LineKind {
  const { text, at } = scanner;
  if (text.startsWith('# EOF', at)) return readEnd(scanner);
  const keyword = text.slice(at + 2, at + 6);
  const kind = KINDS.get(keyword);
  if (text.charCodeAt(at + 1) !== BLANK || kind === undefined) {
    return scanner.fail(`line: expected "# HELP", "# TYPE", "# UNIT" or "# EOF", got ${quote(text.slice(at, Math.min(scanner.lineEnd, at + 90)))}`);
  }

  scanner.at += 6;
  if (!skipBlank(scanner)) scanner.fail(`# ${keyword}: expected one blank, got ${scanner.found()}`);
  line.nameAt = scanner.at;
  line.name = scanner.readFamilyName(keyword);
  // The blank is required even if nothing follows.
  if (!skipBlank(scanner)) scanner.fail(`# ${keyword} ${quote(line.name)}: expected one blank, got ${scanner.found()}`);
  line.textAt = scanner.at;
  const end = scanner.lineEnd;
  // "Escaping": unlike in the text format, quotes in a help have to be escaped.
  line.text = kind === 'help' ? scanner.readHelp(end, false) : text.slice(scanner.at, end);
  scanner.at = end;
  endLine(scanner);
  return kind;
}

function readEnd(scanner: Scanner): 'end' {
  scanner.at += 5;
  const isLast = scanner.text.charCodeAt(scanner.at) === LINE_FEED ? scanner.at + 1 : scanner.at;
  if (scanner.at < scanner.text.length && isLast === scanner.at) scanner.fail(`# EOF: expected the end of the line, got ${scanner.found()}`);
  scanner.at = isLast;
  if (scanner.nextLine()) scanner.fail(`# EOF: expected the end of the input after it, got ${scanner.found()}`);
  return 'end';
}

/** "ABNF". */
function readSample(scanner: Scanner, line: Line): void {
  const { text } = scanner;
  readSeries(scanner, line);
  readValue(scanner, line);

  line.timestampMs = undefined;
  line.exemplar = undefined;
  if (text.charCodeAt(scanner.at) === BLANK && text.charCodeAt(scanner.at + 1) !== HASH) {
    line.timestampAt = ++scanner.at;
    line.timestampMs = readTimestamp(scanner) ?? scanner.fail(`${sampleSubject(line.name)}: expected seconds as timestamp, got ${scanner.found()}`);
  }
  if (text.charCodeAt(scanner.at) === BLANK) {
    if (!text.startsWith(' # {', scanner.at)) {
      scanner.fail(`${sampleSubject(line.name)}: expected the end of the line, or an exemplar after " # ", got ${scanner.found(scanner.at + 1)}`, scanner.at + 1);
    }
    scanner.at += 3;
    line.exemplarAt = scanner.at;
    line.exemplar = readExemplar(scanner);
  }
  endLine(scanner);
}

/** Reads the name and the labels, and the blank after them. */
export function readSeries(scanner: Scanner, line: Line): void {
  const { text } = scanner;
  line.nameAt = scanner.at;
  const isBare = text.charCodeAt(scanner.at) !== OPEN;
  if (isBare) line.name = scanner.readSampleName();
  if (text.charCodeAt(scanner.at) === OPEN) {
    readLabels(scanner, line.labels, LABEL_RULES, !isBare);
    if (!isBare) line.name = line.labels.metricName ?? scanner.fail('sample: expected the name of a metric before the braces or first in them, got none', line.nameAt);
  } else {
    line.labels.cut(0);
  }
  if (!skipBlank(scanner)) scanner.fail(`${sampleSubject(line.name)}: expected one blank before the value, got ${scanner.found()}`);
  line.valueAt = scanner.at;
}

/** Reads a value that is a number. */
export function readValue(scanner: Scanner, line: Line): void {
  line.valueEnd = scanner.tokenEnd();
  line.value =
    parseNumber(scanner.text, scanner.at, line.valueEnd) ??
    scanner.fail(`${sampleSubject(line.name)}: expected a number as value, got ${scanner.found()}`);
  scanner.at = line.valueEnd;
}

const EXEMPLAR_LABELS_LIMIT = 128;

/** Reads `{labels} value [timestamp]`. "Exemplars". */
function readExemplar(scanner: Scanner): Exemplar {
  const start = scanner.at;
  const list = readExemplarLabels(scanner);
  let length = 0;
  for (let i = 0; i < list.names.length; i++) length += codePoints(list.names[i]!) + codePoints(list.values[i]!);
  if (length > EXEMPLAR_LABELS_LIMIT) {
    scanner.fail(`exemplar: expected at most ${EXEMPLAR_LABELS_LIMIT} characters in the names and values of its labels, got ${length}`, start);
  }
  const labels = list.toObject();
  const value = readExemplarValue(scanner);
  if (!skipBlank(scanner)) return { labels, value };
  const timestampMs = readTimestamp(scanner) ?? scanner.fail(`exemplar: expected seconds as timestamp, got ${scanner.found()}`);
  return { labels, value, timestampMs };
}

/** Reads the labels of an exemplar, which begin here. */
export function readExemplarLabels(scanner: Scanner): LabelList {
  const list = new LabelList();
  readLabels(scanner, list, LABEL_RULES, false);
  return list;
}

/** Reads the value of an exemplar, and the blank before it. */
export function readExemplarValue(scanner: Scanner): number {
  if (!skipBlank(scanner)) scanner.fail(`exemplar: expected one blank before the value, got ${scanner.found()}`);
  const end = scanner.tokenEnd();
  const value = parseNumber(scanner.text, scanner.at, end) ?? scanner.fail(`exemplar: expected a number as value, got ${scanner.found()}`);
  scanner.at = end;
  return value;
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** Reads seconds, as milliseconds. "Timestamps". */
export function readTimestamp(scanner: Scanner): number | undefined {
  const end = scanner.tokenEnd();
  const time = parseSeconds(scanner.text, scanner.at, end);
  if (time !== undefined) scanner.at = end;
  return time;
}

export function skipBlank(scanner: Scanner): boolean {
  if (scanner.text.charCodeAt(scanner.at) !== BLANK) return false;
  scanner.at++;
  return true;
}

export function endLine(scanner: Scanner): void {
  const { text, at } = scanner;
  if (at >= text.length) scanner.fail('last line: expected a line feed and "# EOF" after it, got the end of the input');
  if (text.charCodeAt(at) !== LINE_FEED) scanner.fail(`line: expected its end, got ${scanner.found()}`);
  scanner.at++;
}
