// The syntax of `Accept` and `Accept-Encoding`: clauses with parameters. RFC 9110, sections 5.6 and 12.4.2.

/** One clause of the list. All names are in lower case. */
export interface Clause {
  /** Such as `text/plain` or `gzip`. */
  readonly value: string;
  /** 0 to 1; 0 means "not this". Where it is no such number: 0. */
  readonly quality: number;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The clauses of a header, in order. Of a header that came more than once, all. */
export function clauses(header: string | readonly string[] | undefined): Clause[] {
  const list = typeof header === 'object' ? header.join(',') : (header ?? '');
  return split(list, ',').map((clause) => {
    const [value = '', ...rest] = split(clause, ';');
    const parameters = new Map(rest.map(parameter));
    return { value: value.toLowerCase(), quality: qualityOf(parameters.get('q') ?? '1'), parameters };
  });
}

// At separators that do not stand in quotes.
function split(list: string, separator: ',' | ';'): string[] {
  const part = separator === ',' ? /(?:[^,"]|"(?:[^"\\]|\\[^])*"?)+/g : /(?:[^;"]|"(?:[^"\\]|\\[^])*"?)+/g;
  return (list.match(part) ?? []).map((each) => each.trim()).filter((each) => each !== '');
}

function parameter(text: string): [name: string, value: string] {
  const [, name = '', value = ''] = /^([^=]*)=([^]*)$/.exec(text) ?? [];
  const bare = value.trim();
  const isQuoted = bare.length > 1 && bare.startsWith('"') && bare.endsWith('"');
  return [name.trim().toLowerCase(), isQuoted ? bare.slice(1, -1).replace(/\\([^])/g, '$1') : bare];
}

function qualityOf(text: string): number {
  return /^\d+(?:\.\d*)?$|^\.\d+$/.test(text) ? Math.min(Number(text), 1) : 0;
}
