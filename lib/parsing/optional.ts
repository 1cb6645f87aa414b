// Objects of the model have no property for what the exposition does not say.

type Optional<O> = { [K in keyof O]?: Exclude<O[K], undefined> };

/** Adds those properties to an object that are not undefined. */
export function withOptional<T extends object, O extends object>(object: T, optional: O): T & Optional<O> {
  const result = object as Record<string, unknown>;
  for (const name in optional) if (optional[name] !== undefined) result[name] = optional[name];
  return object as T & Optional<O>;
}
