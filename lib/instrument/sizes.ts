// How large the bodies of messages are, without reading them.

/** What is known before the body comes: its length; -1 where it comes in chunks of unknown number. */
export function declaredLength(rawHeaders: readonly string[]): number {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i]!;
    // Compared by length first, since this is done for every request.
    if (length === 14 && rawHeaders[i]!.toLowerCase() === 'content-length') return lengthOf(rawHeaders[i + 1]);
    if (length === 17 && rawHeaders[i]!.toLowerCase() === 'transfer-encoding') return -1;
  }
  return 0;
}

/** A header by its name in lower case, out of a raw list. */
export function rawHeader(rawHeaders: readonly string[], name: string): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.length === name.length && rawHeaders[i]!.toLowerCase() === name) return rawHeaders[i + 1];
  }
  return undefined;
}

/** The number that a length is given as; -1 for what is none. */
export function lengthOf(given: unknown): number {
  if (typeof given === 'number') return given >= 0 ? given : -1;
  return typeof given === 'string' && /^\d{1,15}$/.test(given) ? Number(given) : -1;
}

/** What the head of a request takes on the wire. */
export function headLength(request: { readonly method?: string | undefined; readonly url?: string | undefined; readonly rawHeaders: readonly string[] }): number {
  // "GET /x HTTP/1.1\r\n", "name: value\r\n", "\r\n".
  let length = (request.method?.length ?? 0) + (request.url?.length ?? 0) + 14;
  for (const part of request.rawHeaders) length += part.length + 2;
  return length;
}

/** Whether a response of this status to this method has no body, whatever its headers say. RFC 9110, 6.4.1. */
export function isBodiless(method: string | undefined, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304 || status < 200;
}
