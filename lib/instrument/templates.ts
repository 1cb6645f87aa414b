// Templates as they are written in frameworks: how two are joined, and which paths one of them stands for.

/** A template below another: `/users` and `/:id`. */
export function joined(mount: string, own: string): string {
  if (own === '' || own === '/') return mount === '' ? '/' : mount;
  return own.startsWith('/') ? mount + own : `${mount}/${own}`;
}

/** A pattern of the paths that a template may stand for, or that begin so. `undefined` for what cannot be read. */
export function pathPattern(template: string, isWhole: boolean): RegExp | undefined {
  try {
    return new RegExp(`^${sourceOf(template)}${isWhole ? '\\/?$' : '(?=\\/|$)'}`, 'i');
  } catch {
    return undefined;
  }
}

// Parameters `:id`, with an expression of their own or not, `*` and `*rest`, and what is optional, in braces or by `?`.
const PART = /\/?:(?:\w+|"[^"]*")(?:\([^()]*\))?[?+*]?|\*\w*|[{}]|[^:*{}]/g;

function sourceOf(template: string): string {
  return template.replace(PART, (part) => {
    if (part === '{') return '(?:';
    if (part === '}') return ')?';
    if (part.startsWith('*')) return '.*';
    if (!part.includes(':')) return part.replace(/[\\^$.|?+()[\]/]/, '\\$&');
    const slash = part.startsWith('/') ? '\\/' : '';
    if (part.endsWith('*')) return `(?:${slash}.*)?`;
    return part.endsWith('?') ? `(?:${slash}[^/]+)?` : `${slash}[^/]+`;
  });
}
