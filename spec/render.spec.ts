// The shortest way to an exposition: what it takes, what it returns, and who is told of what could not be shown.

import assert from 'node:assert/strict';
import { mock, test } from 'node:test';

import { Counter, Registry, openMetrics, render, text } from '../lib/index.ts';
import type { Format, MetricError, MetricFamily } from '../lib/index.ts';

const TWICE: MetricFamily = { type: 'gauge', name: 'g', help: '', points: [{ labels: {}, value: 1 }, { labels: {}, value: 2 }] };
const MESSAGE = 'gauge "g": expected each series once, got 1 again; the first of each is shown';

/** A format of bytes, which come in pieces. */
function binary(...pieces: readonly (readonly number[])[]): Format<Uint8Array> {
  return { name: 'binary', mediaType: 'application/x', version: '1', contentType: 'application/x', write: () => pieces.map((piece) => Uint8Array.from(piece)) };
}

test('text 0.0.4 is the default, also where options are given', () => {
  const counter = new Counter({ name: 'c_total', help: '' });
  assert.equal(render(counter), '# TYPE c_total counter\nc_total 0\n');
  assert.equal(render(counter, undefined, {}), render(counter, text));
  assert.equal(render([]), '');
});

test('what is no source is named, as where nobody registered the name', () => {
  const registry = new Registry();
  for (const source of [registry.get('orders_total'), null, 'orders_total 1']) {
    for (const options of [undefined, { onWarning: () => {} }]) {
      assert.throws(() => render(source as never, text, options), (error: MetricError) => {
        assert.equal(error.code, 'ERR_OPTION');
        assert.equal(error.message, `render: expected a registry, another collector, or families, got ${source === undefined ? 'undefined' : JSON.stringify(source)}`);
        return true;
      });
    }
  }
});

test('a binary format is returned as bytes, joined from its chunks', () => {
  const bytes: Uint8Array = render([], binary([1, 2], [], [3]));
  assert.ok(bytes instanceof Uint8Array);
  assert.deepEqual([...bytes], [1, 2, 3]);
  assert.deepEqual(render([], binary([])), new Uint8Array(0));
});

test('of a format that is one or the other, it returns one or the other', () => {
  const formats: readonly Format<string | Uint8Array>[] = [text, binary([1])];
  const written: readonly (string | Uint8Array)[] = formats.map((format) => render([], format));
  assert.deepEqual(written, ['', Uint8Array.of(1)]);
});

test('`onWarning` is called with each warning', () => {
  for (const format of [text, openMetrics]) {
    const warnings: MetricError[] = [];
    render([TWICE], format, { onWarning: (warning) => warnings.push(warning) });
    assert.deepEqual(warnings.map(({ code, message }) => [code, message]), [['ERR_DUPLICATE', MESSAGE]]);
  }
});

test('without it a registry’s own `onWarning` is called', () => {
  const warnings: string[] = [];
  const registry = new Registry({ onWarning: ({ message }) => warnings.push(message) });
  registry.register({ collect: () => [TWICE] });
  assert.equal(render(registry), '# TYPE g gauge\ng 1\n');
  assert.deepEqual(warnings, [MESSAGE]);
  const given: string[] = [];
  render(registry, text, { onWarning: ({ message }) => given.push(message) });
  assert.deepEqual([warnings.length, given], [1, [MESSAGE]]);
});

test('of other sources the message goes to the console', (t) => {
  const warn = mock.method(console, 'warn', () => {});
  t.after(() => warn.mock.restore());
  render([TWICE]);
  render({ collect: () => [TWICE] });
  assert.deepEqual(warn.mock.calls.map((call) => call.arguments), [[MESSAGE], [MESSAGE]]);
});

test('an engine without a console is silent', (t) => {
  const { console } = globalThis;
  t.after(() => void (globalThis.console = console));
  globalThis.console = undefined as never;
  assert.equal(render([TWICE]), '# TYPE g gauge\ng 1\n');
});

test('a warning may do anything, even render', () => {
  const exposition = render([TWICE], text, { onWarning: () => void render([TWICE], text, { onWarning: () => {} }) });
  assert.equal(exposition, '# TYPE g gauge\ng 1\n');
});
