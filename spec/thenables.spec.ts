// What `time` does with work that goes on after its function returned: promises, and other objects with a `then`.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { runInNewContext } from 'node:vm';

import { Histogram, Summary } from '../lib/index.ts';

type Settle = (value: unknown) => unknown;

function timed() {
  const time = { ms: 0 };
  const histogram = new Histogram({ name: 'h', help: '', labelNames: ['a'], clock: () => time.ms });
  const observed = (): (number | undefined)[] => {
    const { count, sum } = histogram.get({ a: 'x' }) ?? {};
    return [count, sum];
  };
  return { time, observed, histogram, run: <Result>(work: () => Result): Result => histogram.time({ a: 'x' }, work) };
}

/** A query as libraries have them: it runs each time that `then` is called, and not before. */
class Query {
  runs = 0;
  readonly answer: Promise<unknown>;
  constructor(answer: Promise<unknown> = Promise.resolve('rows')) {
    this.answer = answer;
  }
  where(): this {
    return this;
  }
  then(fulfilled?: Settle, rejected?: Settle): Promise<unknown> {
    this.runs++;
    return this.answer.then(fulfilled, rejected);
  }
  catch(rejected?: Settle): Promise<unknown> {
    return this.then(undefined, rejected);
  }
  finally(settled?: () => void): Promise<unknown> {
    this.runs++;
    return this.answer.finally(settled);
  }
}

test('a promise is returned as the object that it is, and observed when it is settled', async () => {
  const { time, observed, run } = timed();
  let settle = (_: string): void => {};
  const promise = Object.assign(new Promise<string>((resolve) => (settle = resolve)), { abort: () => 'aborted' });
  const returned = run(() => promise);
  assert.equal(returned, promise);
  assert.equal(returned.abort(), 'aborted');
  assert.deepEqual(observed(), [0, 0]);
  time.ms = 500;
  settle('done');
  assert.equal(await returned, 'done');
  assert.deepEqual(observed(), [1, 0.5]);
});

test('the same of series, and of summaries', async () => {
  const summary = new Summary({ name: 's', help: '', labelNames: ['a'] });
  const histogram = new Histogram({ name: 'h', help: '' });
  const [promise, query] = [Promise.resolve(1), new Query()];
  for (const time of [summary.labels('x').time.bind(summary.labels('x')), histogram.time.bind(histogram)] as ((work: () => unknown) => unknown)[]) {
    assert.equal(time(() => promise), promise);
    assert.equal(time(() => query), query);
  }
  assert.equal(summary.time({ a: 'x' }, () => promise), promise);
  await query;
  assert.equal(query.runs, 1);
  assert.deepEqual([summary.get({ a: 'x' })!.count, histogram.get()!.count], [3, 2]);
});

test('a rejection is passed on, and counts as handled: where nobody else handles it, it is silent', async () => {
  const { observed, run } = timed();
  await assert.rejects(run(() => Promise.reject(new Error('no'))), { message: 'no' });
  assert.deepEqual(observed(), [1, 0]);
  const script = `
    import { Histogram } from ${JSON.stringify(new URL('../lib/index.ts', import.meta.url).href)};
    const histogram = new Histogram({ name: 'h', help: '' });
    void histogram.time(() => Promise.reject(new Error('nobody waits')));
    setTimeout(() => console.log(histogram.get().count), 10);`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], { timeout: 300_000 });
  assert.deepEqual([stdout, stderr], ['1\n', '']);
});

test('a query is returned as the object that it is, and nothing runs before it is awaited; then it runs once', async () => {
  const { time, observed, run } = timed();
  const query = new Query();
  const returned = run(() => query);
  assert.equal(returned, query);
  assert.equal(returned.where(), query);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([query.runs, observed()], [0, [0, 0]]);
  time.ms = 250;
  assert.equal(await returned, 'rows');
  assert.deepEqual([query.runs, observed()], [1, [1, 0.25]]);
  assert.equal(await returned, 'rows');
  assert.deepEqual([query.runs, observed()], [2, [1, 0.25]], 'run again by its caller, and observed once');
});

test('a query that fails is observed, and its error passed on, whichever way it is asked', async () => {
  for (const ask of [(query: Query) => query.then(), (query: Query) => query.then((rows) => rows), (query: Query) => query.finally()]) {
    const { observed, run } = timed();
    const query = new Query(Promise.reject(new Error('no table')));
    await assert.rejects(ask(run(() => query)), { message: 'no table' });
    assert.deepEqual([query.runs, observed()], [1, [1, 0]]);
  }
  const { observed, run } = timed();
  const query = new Query(Promise.reject(new Error('no table')));
  assert.equal(await run(() => query).catch(() => 'caught'), 'caught');
  assert.deepEqual([query.runs, observed()], [1, [1, 0]]);
});

test('callbacks get what they would, and their results and errors are passed on', async () => {
  const { observed, run } = timed();
  assert.equal(await run(() => new Query()).then((rows) => `${String(rows)}!`), 'rows!');
  await assert.rejects(run(() => new Query()).then(() => { throw new Error('of the callback'); }), { message: 'of the callback' });
  assert.equal(await run(() => new Query(Promise.reject(1))).then(undefined, (reason) => `rejected ${String(reason)}`), 'rejected 1');
  assert.deepEqual(observed(), [3, 0]);
});

test('a thenable that settles twice is observed once', async () => {
  const { observed, run } = timed();
  const twice = {
    then(fulfilled: Settle, rejected: Settle): void {
      fulfilled('first');
      fulfilled('second');
      rejected(new Error('third'));
    },
  };
  assert.equal(await run(() => twice), 'first');
  assert.deepEqual(observed(), [1, 0]);
});

test('a function may be awaited too', async () => {
  const { observed, run } = timed();
  const callable = Object.assign(() => 'called', { then: (fulfilled: Settle) => fulfilled('awaited') });
  const returned = run(() => callable);
  assert.equal(returned(), 'called');
  assert.equal(await returned, 'awaited');
  assert.deepEqual(observed(), [1, 0]);
});

test('a promise whose `then` was replaced is observed by what `await` observes, and what was put there is not called', async () => {
  const { observed, run } = timed();
  let calls = 0;
  const promise = Promise.resolve('value');
  promise.then = (() => { calls++; }) as never;
  assert.equal(await run(() => promise), 'value');
  assert.deepEqual([calls, observed()], [0, [1, 0]]);
});

test('a subclass of Promise that begins its work when it is asked is not asked', async () => {
  let runs = 0;
  class Lazy<Value> extends Promise<Value> {
    override then<A, B>(fulfilled?: ((value: Value) => A | PromiseLike<A>) | null, rejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
      runs++;
      return super.then(fulfilled, rejected);
    }
  }
  const { observed, run } = timed();
  const lazy = run(() => new Lazy<string>((resolve) => resolve('done')));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([runs, observed()], [0, [0, 0]]);
  assert.equal(await lazy, 'done');
  assert.deepEqual([runs, observed()], [1, [1, 0]]);
});

test('a subclass that changes nothing, and a promise of another realm, are observed', async () => {
  class Plain<Value> extends Promise<Value> {}
  const { observed, run } = timed();
  const plain = Plain.resolve(5);
  assert.equal(run(() => plain), plain);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(observed(), [1, 0]);
  const foreign = runInNewContext('Promise.resolve(6)') as Promise<number>;
  assert.equal(run(() => foreign), foreign);
  assert.equal(await foreign, 6);
  assert.deepEqual(observed(), [2, 0]);
});

/** A query that nobody can change, and how often it ran. */
const SEALED: Readonly<Record<string, (then: (fulfilled: Settle) => void) => object>> = {
  frozen: (then) => Object.freeze({ then }),
  'with a `then` that is fixed': (then) => Object.defineProperty({}, 'then', { value: then }),
  'a Proxy that takes no property': (then) => new Proxy({ then }, { defineProperty: () => false }),
  'a Proxy that throws at one': (then) => new Proxy({ then }, { defineProperty: () => { throw new Error('no'); } }),
  'a Proxy that shows its own `then` all the same': (then) => new Proxy({}, { get: (_, name) => (name === 'then' ? then : undefined) }),
};

for (const [what, seal] of Object.entries(SEALED)) {
  test(`of a query that cannot be changed, ${what}, a promise is returned that has asked it once`, async () => {
    const { time, observed, run } = timed();
    let runs = 0;
    const query = seal((fulfilled) => {
      runs++;
      fulfilled('rows');
    });
    const returned = run(() => query);
    assert.ok(returned instanceof Promise);
    time.ms = 100;
    assert.equal(await returned, 'rows');
    assert.equal(await returned, 'rows');
    assert.deepEqual([runs, observed()], [1, [1, 0.1]]);
  });
}

test('what is no thenable is a result like others', () => {
  const { observed, run } = timed();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const results = [undefined, null, 0, '', 'then', { then: 'e4' }, Symbol('s'), proxy, { get then() { throw new Error('no'); } }];
  for (const result of results) assert.equal(run(() => result), result);
  assert.deepEqual(observed(), [results.length, 0]);
});

test('work that throws is observed once, and its error passed on', () => {
  const { observed, run } = timed();
  const error = new Error('no');
  assert.throws(() => run(() => { throw error; }), error);
  assert.deepEqual(observed(), [1, 0]);
});
