// The methods that are known by name. All others share one label value: a client may send any that its parser takes.

/** RFC 9110, PATCH of RFC 5789, and QUERY. */
export const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'QUERY', 'TRACE', 'CONNECT'];

/** The number of a method; that of the last, which stands for all others, where it is unknown. */
export function numberingOf(methods: readonly string[]): (method: string | undefined) => number {
  const numbers = new Map(methods.map((method, i) => [method, i]));
  const other = methods.length;
  return (method) => numbers.get(method!) ?? other;
}
