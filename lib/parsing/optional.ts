// Points of the model have no property for what an exposition does not say.

type Optional<O> = { [K in keyof O]?: Exclude<O[K], undefined> };

/** Adds the properties that are not undefined. */
export function withOptional<T extends object, O extends object>(object: T, optional: O): T & Optional<O> {
  const result = object as Record<string, unknown>;
  for (const name of Object.keys(optional) as (keyof O & string)[]) if (optional[name] !== undefined) result[name] = optional[name];
  return object as T & Optional<O>;
}
