// Whether an answer may be compressed. RFC 9110, section 12.5.3.

import { clauses } from '../formats/accept.ts';

/** Whether gzip is asked for by name, and not less than no compression at all. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const asked = clauses(acceptEncoding);
  const qualityOf = (coding: string): number => asked.find(({ value }) => value === coding)?.quality ?? 0;
  return qualityOf('gzip') > qualityOf('identity');
}
