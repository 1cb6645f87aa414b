// How numbers and texts are spelled in the text formats. One function for each place they can stand in.

/**
 * A sample's value: the shortest decimal that reads back as the same number, which is JavaScript's own, and
 * `NaN`, `+Inf`, `-Inf`. Exposition formats, "Line format"; OpenMetrics 1.0, "Numbers".
 */
export function valueText(value: number): string {
  // Any number but the infinities and NaN is 0 less itself.
  if (value - value === 0) return `${value}`;
  return value > 0 ? '+Inf' : value < 0 ? '-Inf' : 'NaN';
}

/**
 * A bucket's bound or a quantile in the text format, as Go's `%g` and so as the official clients spell it:
 * `0.005`, `1`, `1e+06`, `+Inf`. Another spelling would be another series.
 */
export function boundText(bound: number): string {
  if (bound - bound !== 0 || bound === 0) return valueText(bound);
  const [mantissa, exponent] = bound.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return `${bound}`;
  const digits = String(Math.abs(power)).padStart(2, '0');
  return `${mantissa}e${power < 0 ? '-' : '+'}${digits}`;
}

/**
 * A help text where quotes stand for themselves. Blanks at its ends are left out: readers ignore them. Exposition
 * formats, "Comments, help text, and type information".
 */
export function helpText(help: string): string {
  const begin = help.search(/[^ \t]/);
  let end = help.length;
  while (end > 0 && (help[end - 1] === ' ' || help[end - 1] === '\t')) end--;
  return help.slice(begin === -1 ? end : begin, end).replace(/[\\\n]/g, (found) => (found === '\n' ? '\\n' : '\\\\'));
}

/**
 * A bucket's bound or a quantile in OpenMetrics: as `boundText`, but a whole number has a decimal point.
 * OpenMetrics 1.0, "Canonical Numbers".
 */
export function canonicalBound(bound: number): string {
  const text = boundText(bound);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The largest number that a 64-bit integer can hold too. */
export const MAX_INTEGER: number = 2 ** 63 - 1024;

/** Whole milliseconds, within 64 bits. Exposition formats, "Line format". */
export function millisecondsText(ms: number): string {
  return `${Math.trunc(Math.max(-MAX_INTEGER, Math.min(ms, MAX_INTEGER)))}`;
}

/** Milliseconds as seconds, to the nanosecond: `1700000000.125`. OpenMetrics 1.0, "Timestamps". */
export function secondsText(ms: number): string {
  const text = `${ms / 1000}`;
  return text.includes('e-') ? (ms / 1000).toFixed(9) : text;
}

/** A help text where quotes are escaped. OpenMetrics 1.0, "Escaping". */
export function quotedText(help: string): string {
  return help.replace(/[\\"\n]/g, (found) => (found === '\n' ? '\\n' : `\\${found}`));
}
