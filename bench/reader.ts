// Reads the values out of any client's text, to tell whether two clients show the same. Lenient on purpose,
// and without a line of promlet's: it has to read what every peer prints.

/** Every sample's value, by its name and labels in one spelling. */
export function readSamples(exposition: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of exposition.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const open = line.indexOf('{');
    const close = line.lastIndexOf('}');
    const labelled = open >= 0 && close > open;
    const name = labelled ? line.slice(0, open) : line.slice(0, line.indexOf(' '));
    const rest = labelled ? line.slice(close + 1).trim() : line.slice(name.length + 1);
    const value = Number((rest.split(' ')[0] ?? '').replace('Inf', 'Infinity'));
    if (Number.isNaN(value)) throw new Error(`no value in the line ${line}`);
    const key = `${name}${labelled ? labelKey(line.slice(open + 1, close)) : '{}'}`;
    if (samples.has(key)) throw new Error(`twice the same series: ${key}`);
    samples.set(key, value);
  }
  return samples;
}

function labelKey(text: string): string {
  const pairs = [...text.matchAll(/([\w:.]+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) =>
    // 1, 1.0 and 1e+00 are one bound.
    name === 'le' ? `le=${Number(value.replace('Inf', 'Infinity'))}` : `${name}=${value}`,
  );
  return `{${pairs.sort().join()}}`;
}
