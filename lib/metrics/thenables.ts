// When work is done that may go on after its function returned: promises, and other objects with a `then`.

/** Calls `work`, and then `end`, once: when it has returned or thrown; if the result can be awaited, when that is settled. */
export function untilSettled<Result>(end: () => void, work: () => Result): Result {
  let result: Result;
  try {
    result = work();
  } catch (error) {
    end();
    throw error;
  }
  let isSettled = false;
  return watched(result, () => {
    if (!isSettled) end();
    isSettled = true;
  });
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

function watched<Result>(result: Result, settle: () => void): Result {
  const then = methodOf(result, 'then');
  if (then === undefined) settle();
  else if (!observed(result, then, settle) && !wrapped(result, then, settle)) return Promise.resolve(result).finally(settle) as Result;
  return result;
}

// A promise. Only the language's own `then` is called, as `await` does: one that replaces it may start the work.
function observed(result: unknown, then: Method, settle: () => void): boolean {
  const { prototype } = Promise;
  try {
    if (!(result instanceof Promise && (then === prototype.then || result.constructor === Promise))) return false;
    prototype.then.call(result, settle, settle);
    return true;
  } catch {
    return false;
  }
}

// Anything else that can be awaited. A query of Knex, Prisma or Mongoose runs each time that its `then` is called, so
// that is left to the caller; a `then` in its place notices when the caller's call is settled.
function wrapped(result: unknown, then: Method, settle: () => void): boolean {
  const isReplaced = replace(result, 'then', function (fulfilled, rejected, ...rest) {
    const onFulfilled = (value: unknown): unknown => {
      settle();
      return typeof fulfilled === 'function' ? fulfilled(value) : value;
    };
    const onRejected = (reason: unknown): unknown => {
      settle();
      if (typeof rejected === 'function') return rejected(reason);
      throw reason;
    };
    return then.call(this, onFulfilled, onRejected, ...rest);
  });
  if (!isReplaced) return false;
  for (const name of ['catch', 'finally']) {
    const method = methodOf(result, name);
    if (method) replace(result, name, function (...args) {
      return watched(method.apply(this, args), settle);
    });
  }
  return true;
}

function methodOf(thing: unknown, name: string): Method | undefined {
  try {
    const method = (thing as Readonly<Record<string, unknown>> | null | undefined)?.[name];
    return typeof method === 'function' ? (method as Method) : undefined;
  } catch {
    return undefined;
  }
}

function replace(thing: unknown, name: string, value: Method): boolean {
  try {
    return Reflect.defineProperty(thing as object, name, { value, configurable: true, writable: true }) && methodOf(thing, name) === value;
  } catch {
    return false;
  }
}
