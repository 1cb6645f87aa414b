// Which format an exposition has, where the user does not say. Protobuf begins with a message that has a name; OpenMetrics
// ends in `# EOF`, but exporters of the text format write that line too, where it is a comment.

import type { InputFormat } from './input-formats.ts';

export interface Assumption {
  readonly format: InputFormat;
  /** Why, where something suggests another than the text format. */
  readonly because?: string;
  /** Whether it may be wrong. */
  readonly isGuess?: boolean;
}

/** @param contentType - Of the answer that the exposition came in. */
export function formatOf(bytes: Uint8Array, contentType: string | undefined): Assumption {
  const said = contentType === undefined ? undefined : formatOfType(contentType);
  if (said !== undefined && said !== 'text') return { format: said, because: 'its Content-Type says so' };
  if (said === undefined && beginsAsProtobuf(bytes)) return { format: 'protobuf', because: 'it begins with a message that has a name' };
  if (!endsWithEof(bytes)) return { format: 'text' };
  if (said === 'text') return { format: 'text', because: 'its Content-Type says so' };

  const { openMetrics2, openMetrics, hint, sameName, text } = signsIn(new TextDecoder().decode(bytes));
  if (openMetrics2 !== undefined) return { format: 'openmetrics2', because: openMetrics2 };
  // The one is an error in the text format, and the other in OpenMetrics 1.0.
  if (openMetrics !== undefined && sameName !== undefined) return { format: 'openmetrics2', because: `${openMetrics}, and ${sameName}` };
  if (openMetrics !== undefined) return { format: 'openmetrics', because: openMetrics };
  if (hint !== undefined && text === undefined) return { format: 'openmetrics', because: hint, isGuess: true };
  return { format: 'text', because: text ?? 'it ends in "# EOF", but has nothing that only OpenMetrics has', isGuess: true };
}

/** The format that a `Content-Type` names; undefined for one that says nothing of it. */
function formatOfType(contentType: string): InputFormat | undefined {
  const [, mediaType, parameters] = /^\s*([^;\s]*)(.*)$/s.exec(contentType.toLowerCase())!;
  if (mediaType === 'application/openmetrics-text') return /;\s*version\s*=\s*"?2(?![^.;"\s])/.test(parameters!) ? 'openmetrics2' : 'openmetrics';
  if (mediaType === 'application/vnd.google.protobuf') return 'protobuf';
  return mediaType === 'text/plain' ? 'text' : undefined;
}

/** The first byte of a field of `MetricFamily`: its name, and those that may come after it. */
const NAME_FIELD = 0x0a;
const OTHER_FIELDS = new Set([0x12, 0x18, 0x22, 0x2a]);

/** Whether the first thing is a message that is all there, with a name as its first field, as all writers have it. */
function beginsAsProtobuf(bytes: Uint8Array): boolean {
  const message = lengthAt(bytes, 0);
  if (message.end > bytes.length || bytes[message.start] !== NAME_FIELD) return false;
  const name = lengthAt(bytes, message.start + 1);
  return name.end > name.start && (name.end === message.end || (name.end < message.end && OTHER_FIELDS.has(bytes[name.end]!)));
}

/** Where that begins and ends whose length stands at a place. */
function lengthAt(bytes: Uint8Array, at: number): { readonly start: number; readonly end: number } {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i] ?? 0;
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { start: at + i + 1, end: at + i + 1 + length };
  }
  return { start: at, end: Infinity };
}

/** Whether the last line is `# EOF`; blanks and line ends after it, which are an error in OpenMetrics, do not matter here. */
export function endsWithEof(bytes: Uint8Array): boolean {
  return /(?:^|\n)# EOF\s*$/.test(new TextDecoder().decode(bytes.subarray(-64)));
}

/** What speaks for a format; of each kind the first. */
class Signs {
  /** What only OpenMetrics 2.0 has. */
  openMetrics2: string | undefined;
  /** What is an error in the text format, or loses its meaning there. */
  openMetrics: string | undefined;
  /** What only OpenMetrics has, and the text format lets pass. */
  hint: string | undefined;
  /** A type whose samples have a suffix in OpenMetrics 1.0, and do not have it. */
  sameName: string | undefined;
  /** What is an error in OpenMetrics 1.0. */
  text: string | undefined;

  add(kind: 'openMetrics2' | 'openMetrics' | 'hint' | 'sameName' | 'text', sign: string): void {
    this[kind] ??= sign;
  }
}

const OPEN_METRICS_TYPES = new Set(['gaugehistogram', 'info', 'stateset', 'unknown']);
const METADATA = /^#[ \t]+(HELP|TYPE|UNIT|EOF)(?![^ \t])(?:[ \t]+(?:"((?:[^"\\]|\\.)*)"|(\S+))[ \t]*(\S*))?/;
/** Its name, which may be quoted within the braces, and what stands after the value: a timestamp and an exemplar. */
const SAMPLE = /^(?:([^\s{"#]+)|(?=\{[ \t]*"((?:[^"\\]|\\.)*)"))[ \t]*(?:\{[^"}]*(?:"[^"\\]*(?:\\.[^"\\]*)*"[^"}]*)*\}[ \t]*)?[^\s{}"]+[ \t]*(.*)$/;
/** No line of an exporter is longer, and a pattern may not be let loose on one without bound. */
const LONGEST_LINE = 100_000;

function signsIn(text: string): Signs {
  const signs = new Signs();
  const types = new Map<string, { readonly type: string; readonly line: number }>();
  const samples = new Set<string>();

  let number = 0;
  for (const line of linesOf(text)) {
    number++;
    if (line.length > LONGEST_LINE) continue;
    const [, keyword, quoted, bare, word = ''] = METADATA.exec(line) ?? [];
    if (keyword === 'TYPE') {
      types.set(quoted ?? bare ?? '', { type: word, line: number });
      if (OPEN_METRICS_TYPES.has(word)) signs.add('openMetrics', `line ${number} has the type ${word}`);
      if (word === 'untyped') signs.add('text', `line ${number} has the type untyped`);
    } else if (keyword === 'UNIT') {
      signs.add('hint', `line ${number} has a unit`);
    } else if (keyword === undefined && /^\s*(?:#|$)/.test(line)) {
      signs.add('text', `line ${number} is ${line.trim() === '' ? 'blank' : 'a comment'}`);
    } else if (keyword === undefined) {
      const [, name, inBraces, rest = ''] = SAMPLE.exec(line) ?? [];
      samples.add(name ?? inBraces ?? '');
      noteFieldsAndStart(line, number, signs);
      noteTimeAndExemplar(rest, number, signs);
    }
  }
  for (const [name, { type, line }] of types) {
    if (type === 'counter') noteCounter(name, line, types, samples, signs);
    if (type === 'info' && samples.has(name)) signs.add('sameName', `the info of line ${line} has samples of the same name`);
  }
  return signs;
}

function noteFieldsAndStart(line: string, number: number, signs: Signs): void {
  if (!line.includes('count:') && !line.includes(' st@')) return;
  const unquoted = line.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  if (/[ }]\{g?count:/.test(unquoted)) signs.add('openMetrics2', `line ${number} has a value with fields`);
  if (/ st@[-+.\d]/.test(unquoted)) signs.add('openMetrics2', `line ${number} has a start timestamp`);
}

// In OpenMetrics a counter's sample has a suffix more than the name in its metadata.
function noteCounter(name: string, line: number, types: ReadonlyMap<string, unknown>, samples: ReadonlySet<string>, signs: Signs): void {
  const total = `${name}_total`;
  if (samples.has(name)) {
    signs.add('sameName', `the counter of line ${line} has samples of the same name`);
    signs.add('text', `the counter of line ${line} has samples of the same name`);
  } else if (samples.has(total) && !types.has(total)) signs.add('openMetrics', `the counter of line ${line} has samples that end in _total`);
  else if (!name.endsWith('_total')) signs.add('hint', `the counter of line ${line} has a name without _total`);
}

/** Between them, a whole number is a time of this millennium: below in seconds, above in milliseconds. */
const MILLISECONDS_FROM = 1e11;
const SECONDS_FROM = 1e8;

function noteTimeAndExemplar(rest: string, line: number, signs: Signs): void {
  if (/^(?:[^\s#]+[ \t]+)?#[ \t]*\{/.test(rest)) signs.add('openMetrics', `line ${line} has an exemplar`);
  const [time] = /^[^\s#]+/.exec(rest) ?? [''];
  if (/^[+-]?\d+$/.test(time)) {
    const size = Math.abs(Number(time));
    if (size >= MILLISECONDS_FROM) signs.add('text', `line ${line} has a timestamp in milliseconds`);
    else if (size >= SECONDS_FROM) signs.add('hint', `line ${line} has a timestamp in seconds`);
  } else if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(time)) {
    signs.add('openMetrics', `line ${line} has a timestamp in seconds`);
  }
}

function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length; ) {
    const end = text.indexOf('\n', from);
    yield text.slice(from, end === -1 ? text.length : end);
    from = end === -1 ? text.length : end + 1;
  }
}
