// Reads single lines of the text format, 0.0.4 and 1.0.0, which adds quoted names and nothing else. Does not know
// what lines mean together.
// https://prometheus.io/docs/instrumenting/exposition_formats/

import { readLabels } from './labels.ts';
import type { LabelRules } from './labels.ts';
import type { Line, LineKind } from './line.ts';
import { parseInteger, parseNumber } from './numbers.ts';
import { quote, sampleSubject } from './parse-error.ts';
import { BLANK, HASH, LINE_FEED, OPEN, TAB } from './scanner.ts';
import type { Scanner } from './scanner.ts';

const LABEL_RULES: LabelRules = { isLoose: true };

/** Reads the next line that is neither empty nor a comment. */
export function readTextLine(scanner: Scanner, line: Line): LineKind {
  while (scanner.nextLine()) {
    scanner.skipBlanks();
    const { text, at } = scanner;
    const code = text.charCodeAt(at);
    if (code === LINE_FEED) {
      scanner.at++;
    } else if (code === HASH) {
      const kind = readComment(scanner, line);
      if (kind !== undefined) return kind;
    } else if (at < text.length) {
      readSample(scanner, line);
      return 'sample';
    }
  }
  return 'end';
}

/** Reads a line that begins with `#`. Undefined if it is a comment. "Comments, help text, and type information". */
function readComment(scanner: Scanner, line: Line): 'help' | 'type' | undefined {
  scanner.at++;
  scanner.skipBlanks();
  const end = scanner.tokenEnd();
  const keyword = end - scanner.at === 4 ? scanner.text.slice(scanner.at, end) : '';
  if (keyword !== 'HELP' && keyword !== 'TYPE') {
    scanner.at = scanner.lineEnd;
    endLine(scanner);
    return undefined;
  }

  scanner.at = end;
  scanner.skipBlanks();
  // The official parsers take a bare `# HELP` for a comment.
  if (keyword === 'HELP' && scanner.at === scanner.lineEnd) {
    endLine(scanner);
    return undefined;
  }
  line.nameAt = scanner.at;
  line.name = scanner.readFamilyName(keyword);
  if (!isTokenEnd(scanner)) scanner.fail(`# ${keyword} ${quote(line.name)}: expected a blank after the name, got ${scanner.found()}`);
  scanner.skipBlanks();
  line.textAt = scanner.at;
  line.text = keyword === 'HELP' ? scanner.readHelp(trimmedEnd(scanner), true) : readType(scanner, line.name);
  scanner.skipBlanks();
  endLine(scanner);
  return keyword === 'HELP' ? 'help' : 'type';
}

/** Where the line ends without the blanks at its end. */
function trimmedEnd(scanner: Scanner): number {
  let end = scanner.lineEnd;
  for (; end > scanner.at; end--) {
    const code = scanner.text.charCodeAt(end - 1);
    if (code !== BLANK && code !== TAB) break;
  }
  return end;
}

function readType(scanner: Scanner, name: string): string {
  const end = scanner.tokenEnd();
  if (end === scanner.at) scanner.fail(`# TYPE ${quote(name)}: expected a type, got ${scanner.found()}`);
  const type = scanner.text.slice(scanner.at, end);
  scanner.at = end;
  scanner.skipBlanks();
  if (scanner.at < scanner.lineEnd) scanner.fail(`# TYPE ${quote(name)}: expected the end of the line after the type, got ${scanner.found()}`);
  return type;
}

/** "Line format". */
function readSample(scanner: Scanner, line: Line): void {
  line.nameAt = scanner.at;
  const isBare = scanner.text.charCodeAt(scanner.at) !== OPEN;
  if (isBare) {
    line.name = scanner.readSampleName();
    if (!isTokenEnd(scanner) && scanner.text.charCodeAt(scanner.at) !== OPEN) {
      scanner.fail(`${sampleSubject(line.name)}: expected "{" or a blank after the name, got ${scanner.found()}`);
    }
    scanner.skipBlanks();
  }
  if (scanner.text.charCodeAt(scanner.at) === OPEN) {
    readLabels(scanner, line.labels, LABEL_RULES, !isBare);
    if (!isBare) line.name = line.labels.metricName ?? scanner.fail('sample: expected the name of a metric before or between the braces, got none', line.nameAt);
    scanner.skipBlanks();
  } else {
    line.labels.cut(0);
  }
  readValue(scanner, line);
  endLine(scanner);
}

function readValue(scanner: Scanner, line: Line): void {
  const { text, at, lineEnd } = scanner;
  line.timestampMs = undefined;
  line.valueAt = at;
  line.valueEnd = lineEnd;
  // Mostly nothing follows the value, so its end need not be searched for.
  const value = parseNumber(text, at, lineEnd);
  if (value !== undefined) {
    line.value = value;
    scanner.at = lineEnd;
    return;
  }

  const end = scanner.tokenEnd();
  line.valueEnd = end;
  line.value = parseNumber(text, at, end) ?? scanner.fail(`${sampleSubject(line.name)}: expected a number as value, got ${scanner.found()}`);
  scanner.at = end;
  scanner.skipBlanks();
  if (scanner.at === lineEnd) return;
  line.timestampAt = scanner.at;
  const timestampEnd = scanner.tokenEnd();
  line.timestampMs =
    parseInteger(text, scanner.at, timestampEnd) ??
    scanner.fail(`${sampleSubject(line.name)}: expected whole milliseconds as timestamp, got ${scanner.found()}`);
  scanner.at = timestampEnd;
  scanner.skipBlanks();
  if (scanner.at < lineEnd) scanner.fail(`${sampleSubject(line.name)}: expected the end of the line after the timestamp, got ${scanner.found()}`);
}

function isTokenEnd(scanner: Scanner): boolean {
  const code = scanner.text.charCodeAt(scanner.at);
  return code === BLANK || code === TAB || code === LINE_FEED || code !== code;
}

/** Reads the line feed, which the last line must have too. */
function endLine(scanner: Scanner): void {
  if (scanner.at >= scanner.text.length) scanner.fail('last line: expected a line feed at its end, got the end of the input');
  scanner.at++;
}
