// How instruments, registries and families of one copy of the library are recognised by another: the ESM and the
// CommonJS copy in one program, or two versions. `instanceof` fails there, and names of properties prove nothing.

/** The key of the brand. Its value says what the thing is. */
export const BRAND: unique symbol = /* @__PURE__ */ Symbol.for('promlet.kind') as never;

/**
 * What carries the brand. `live`: an instrument's family, as a registry shows it. `checked`: a family of a collector
 * of one's own, after its checks; or a collector that offers nothing but what is right, so that it is not checked. The points of a branded family keep a
 * `lineStart` of its name, and no two are one series.
 */
export type Kind = 'instrument' | 'registry' | 'live' | 'checked';

/** Marks an object, in its constructor: what a class does when it is defined, no bundler can leave out. */
export function brand(thing: object, kind: Kind): void {
  Object.defineProperty(thing, BRAND, { value: kind });
}

/** Whether it carries the brand as one of these. */
export function isKind(thing: unknown, ...kinds: readonly Kind[]): boolean {
  return typeof thing === 'object' && thing !== null && kinds.includes((thing as { readonly [BRAND]?: Kind })[BRAND]!);
}
