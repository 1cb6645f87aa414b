// What a layer of Express' router is mounted under. Three generations keep it in three ways: as it was written (router
// 2.3 and later), in a function that matches it (Express 5 before that), or as a regular expression (Express 4).

export interface Layer {
  readonly handle?: unknown;
  readonly route?: unknown;
  /** Whether it is mounted at `/`. */
  readonly slash?: boolean;
  readonly rawPath?: unknown;
  readonly matchers?: readonly Matcher[];
  readonly regexp?: RegExp & { readonly fast_slash?: boolean };
  readonly keys?: readonly { readonly name: string | number }[];
}

type Matcher = (path: string) => { readonly path: string; readonly params: Readonly<Record<string, unknown>> } | false;

/** A path that something is mounted under, and what is left after it of a request's. */
export interface MountPath {
  readonly template: string;
  readonly rest: string;
}

/** The layers of an application or router; none of anything else. */
export function layersOf(handle: unknown): readonly Layer[] {
  try {
    const { stack, _router } = handle as { readonly stack?: unknown; readonly _router?: { readonly stack?: unknown } };
    // The property `router` of Express 4 throws; `_router` is there once the application has routes.
    const layers = stack ?? _router?.stack ?? (handle as { readonly router?: { readonly stack?: unknown } }).router?.stack;
    return Array.isArray(layers) ? (layers as Layer[]) : [];
  } catch {
    return [];
  }
}

/** What it is mounted under. @param rest - What of a request's path is left when it comes to this layer. */
export function pathsOf(layer: Layer, rest: string): readonly MountPath[] {
  const { slash, rawPath, matchers, regexp, keys = [] } = layer;
  if (slash === true || regexp?.fast_slash === true || rawPath === '/' || rawPath === '') return [{ template: '', rest }];
  if (rawPath !== undefined) return [rawPath].flat(Infinity).flatMap((path) => (typeof path === 'string' ? [{ template: trimmed(path), rest: '' }] : []));
  if (regexp !== undefined) {
    const template = writtenAs(regexp.source, keys.map(({ name }) => String(name)));
    return template === undefined ? [] : [{ template, rest: '' }];
  }
  return (matchers ?? []).flatMap((matcher) => recovered(matcher, rest) ?? []);
}

/**
 * The path that Express 4 made this regular expression of, where it is a plain one: names, and parameters that are whole
 * segments, optional ones and those with an expression too. Of anything else the expression does not tell how it was written.
 */
function writtenAs(source: string, names: readonly string[]): string | undefined {
  const end = /\\\/\?\(\?=\\\/\|\$\)$/;
  if (!source.startsWith('^') || !end.test(source)) return undefined;
  let rest = source.slice(1).replace(end, '');
  let template = '';
  let count = 0;
  while (rest !== '') {
    const parameter = PARAMETER.exec(rest);
    const word = parameter ?? /^\\\/(?:[\w~@%-]|\\\.)+/.exec(rest);
    if (word === null) return undefined;
    template += parameter ? `/:${names[count++]}${ownPattern(parameter[1] ?? parameter[2]!)}${parameter[3]}` : word[0].replaceAll('\\', '');
    rest = rest.slice(word[0].length);
  }
  return count === names.length ? template : undefined;
}

// `(?:\/([^/]+?))` or `\/(?:([^/]+?))`, by version; with an expression of its own, and optional or not.
const PARAMETER = /^(?:\(\?:\\\/\(((?:[^()\\]|\\.)+)\)\)|\\\/\(\?:\(((?:[^()\\]|\\.)+)\)\))(\??)/;

function ownPattern(source: string): string {
  return /^\[\^\\?\/\]\+\?$/.test(source) ? '' : `(${source})`;
}

/**
 * The path that a matcher of Express 5 stands for: the part of the request's path that it takes, with names in the
 * place of values. The matcher itself says whether that is right: it must find the names where they were put.
 */
function recovered(matcher: Matcher, given: string): MountPath | undefined {
  const match = matched(matcher, given);
  // A regular expression does not tell which part of the path it would have taken otherwise: what it took is the
  // client's. Its parameters are an ordinary object, those of a path that was written have no prototype.
  if (!match || Object.getPrototypeOf(match.params) !== null) return undefined;
  const template = withNames(matcher, trimmed(match.path), match.params);
  return template === undefined ? undefined : { template, rest: given.slice(match.path.length) };
}

function withNames(matcher: Matcher, path: string, params: Readonly<Record<string, unknown>>): string | undefined {
  const names = Object.keys(params);
  // What is matched without regard to case is not shown as clients happen to write it.
  const isAnyCase = Boolean(matched(matcher, path.toLowerCase())) && Boolean(matched(matcher, path.toUpperCase()));
  const probes = names.map((name, i) => (Array.isArray(params[name]) ? [`promlet${i}x`, `promlet${i}y`] : [`promlet${i}`]).join('/'));
  const place = (from: number, done: string, left: string): string | undefined => {
    if (from === names.length) {
      const whole = done + (isAnyCase ? left.toLowerCase() : left);
      const again = matched(matcher, whole);
      if (!again || !names.every((name, i) => [again.params[name]].flat().join('/') === probes[i])) return undefined;
      return names.reduce((text, name, i) => text.replace(probes[i]!, `${Array.isArray(params[name]) ? '*' : ':'}${name}`), whole);
    }
    const value = [params[names[from]!]].flat().join('/');
    for (let at = left.indexOf(value), tries = 0; at >= 0 && tries < 8; at = left.indexOf(value, at + 1), tries++) {
      const before = left.slice(0, at);
      const found = place(from + 1, done + (isAnyCase ? before.toLowerCase() : before) + probes[from], left.slice(at + value.length));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  // Values are decoded.
  return names.length > 8 ? undefined : place(0, '', decodeURIComponent(path));
}

function matched(matcher: Matcher, path: string): ReturnType<Matcher> {
  try {
    return matcher(path);
  } catch {
    // What cannot be decoded.
    return false;
  }
}

function trimmed(path: string): string {
  const start = path.startsWith('/') ? path : `/${path}`;
  return start.replace(/\/+$/, '');
}
