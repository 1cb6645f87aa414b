// How instruments, registries and families of one copy of the library are recognised by another: the ESM and the
// CommonJS copy in one program, or two versions. `instanceof` fails there, and names of properties prove nothing.

/** The key of the brand. Its value says what the thing is. */
export const BRAND: unique symbol = /* @__PURE__ */ Symbol.for('promlet.kind') as never;

/** What carries the brand. `live`: a family whose points keep a `lineStart` of that family's name. */
export type Kind = 'instrument' | 'registry' | 'live';

/** Whether it carries the brand as one of these. */
export function isKind(thing: unknown, ...kinds: readonly Kind[]): boolean {
  return typeof thing === 'object' && thing !== null && kinds.includes((thing as { readonly [BRAND]?: Kind })[BRAND]!);
}
