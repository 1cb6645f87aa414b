// Which of the two formats an exposition has, where the user does not say. OpenMetrics ends in `# EOF`; but
// exporters of the text format write that line too, where it is a comment.

import type { ParseFormat } from '../parse.ts';

export interface Assumption {
  readonly format: ParseFormat;
  /** Why, where something suggests OpenMetrics. */
  readonly because?: string;
  /** Whether it may be wrong. */
  readonly isGuess?: boolean;
}

/** @param contentType - Of the answer that the exposition came in. */
export function formatOf(bytes: Uint8Array, contentType: string | undefined): Assumption {
  const mediaType = /^[^;\s]*/.exec(contentType ?? '')![0].toLowerCase();
  if (mediaType === 'application/openmetrics-text') return { format: 'openmetrics', because: 'its Content-Type says so' };
  if (!endsWithEof(bytes)) return { format: 'text' };
  if (mediaType === 'text/plain') return { format: 'text', because: 'its Content-Type says so' };

  const { openMetrics, hint, text } = signsIn(new TextDecoder().decode(bytes));
  if (openMetrics !== undefined) return { format: 'openmetrics', because: openMetrics };
  if (hint !== undefined && text === undefined) return { format: 'openmetrics', because: hint, isGuess: true };
  return { format: 'text', because: text ?? 'it ends in "# EOF", but has nothing that only OpenMetrics has', isGuess: true };
}

/** Whether the last line is `# EOF`; blanks and line ends after it, which are an error in OpenMetrics, do not matter here. */
export function endsWithEof(bytes: Uint8Array): boolean {
  return /(?:^|\n)# EOF\s*$/.test(new TextDecoder().decode(bytes.subarray(-64)));
}

/** What speaks for a format; of each kind the first. */
class Signs {
  /** What is an error in the text format, or loses its meaning there. */
  openMetrics: string | undefined;
  /** What only OpenMetrics has, and the text format lets pass. */
  hint: string | undefined;
  /** What is an error in OpenMetrics. */
  text: string | undefined;

  add(kind: 'openMetrics' | 'hint' | 'text', sign: string): void {
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
      noteTimeAndExemplar(rest, number, signs);
    }
  }
  for (const [name, { type, line }] of types) if (type === 'counter') noteCounter(name, line, types, samples, signs);
  return signs;
}

// In OpenMetrics a counter's sample has a suffix more than the name in its metadata.
function noteCounter(name: string, line: number, types: ReadonlyMap<string, unknown>, samples: ReadonlySet<string>, signs: Signs): void {
  const total = `${name}_total`;
  if (samples.has(name)) signs.add('text', `the counter of line ${line} has samples of the same name`);
  else if (samples.has(total) && !types.has(total)) signs.add('openMetrics', `the counter of line ${line} has samples that end in _total`);
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
