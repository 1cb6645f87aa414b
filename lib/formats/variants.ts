// A format in each of its spellings. Made once each, since a writer remembers what it made of families.

import type { Escaping } from './escaping.ts';
import type { Format } from './format.ts';

/** The format as `make` makes it for the escaping, with a `withEscaping` that gives it for the others. */
export function inVariants(escaping: Escaping, make: (escaping: Escaping) => Omit<Format, 'withEscaping'>): Format {
  const made = new Map<Escaping, Format>();
  const withEscaping = (wanted: Escaping): Format => {
    const format = made.get(wanted) ?? { ...make(wanted), withEscaping };
    made.set(wanted, format);
    return format;
  };
  return withEscaping(escaping);
}
