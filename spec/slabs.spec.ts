// The memory that bodies stand in: right whatever is written, and used again only when it was given back.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';

import { serve } from '../lib/http.ts';
import { Gauge, Registry, render } from '../lib/index.ts';
import { LentBody, Slabs } from '../lib/scraping/slabs.ts';

const SLAB = 256 * 1024;

for (const [what, texts] of [
  ['nothing', []],
  ['short texts', ['a', '', 'bc']],
  ['a text that fills a slab', ['x'.repeat(SLAB), 'y']],
  ['texts over several slabs', ['x'.repeat(SLAB - 1), 'yz'.repeat(SLAB), 'end']],
  ['a character across the end of a slab', ['x'.repeat(SLAB - 1), 'é€😀']],
  ['wide characters over several slabs', ['😀'.repeat(SLAB / 2), '€'.repeat(SLAB)]],
  ['a lone surrogate', ['a\ud83d', 'b']],
] as const) {
  test(`holds ${what}, byte for byte`, () => {
    const body = new LentBody(new Slabs());
    for (const text of texts) body.add(text);
    assert.ok(Buffer.concat(body.parts).equals(Buffer.concat(texts.map((text) => Buffer.from(text)))));
  });
}

test('memory is lent to one body at a time, and again after it was given back once', () => {
  const slabs = new Slabs();
  const bodies = ['one', 'two'].map((text) => {
    const body = new LentBody(slabs);
    body.add(text);
    return body;
  });
  const [one, two] = bodies as [LentBody, LentBody];
  assert.deepEqual(bodies.map(({ parts }) => Buffer.concat(parts).toString()), ['one', 'two']);
  const { buffer } = one.parts[0]!;
  one.giveBack();
  one.giveBack();
  const [three, four] = [new LentBody(slabs), new LentBody(slabs)];
  for (const body of [three, four]) body.add('later');
  assert.equal(three.parts[0]!.buffer, buffer);
  assert.notEqual(four.parts[0]!.buffer, buffer);
  assert.equal(Buffer.concat(two.parts).toString(), 'two');
});

test('a body that fills little of a slab is held as a copy, and its slab is free at once', () => {
  const slabs = new Slabs();
  const [small, large] = [new LentBody(slabs), new LentBody(slabs)];
  small.add('small');
  large.add('x'.repeat(SLAB / 2));
  const { buffer } = small.parts[0]!;
  const held = small.settled();
  assert.equal(large.settled()[0]!.buffer, large.parts[0]!.buffer);
  const next = new LentBody(slabs);
  next.add('other');
  assert.equal(next.parts[0]!.buffer, buffer);
  assert.equal(Buffer.concat(held).toString(), 'small');
  assert.deepEqual(new LentBody(slabs).settled(), []);
});

test('a reader that takes its time gets its own scrape whole, while others come and go', async () => {
  const registry = new Registry();
  const gauge = registry.register(new Gauge({ name: 'g', help: '', labelNames: ['i'], maxSeries: 30_000 }));
  for (let i = 0; i < 30_000; i++) gauge.set({ i }, 1);
  const first = render(registry);
  const server = await serve(registry, { port: 0, host: '127.0.0.1', selfMetrics: false });
  try {
    const slow = connect(server.port, '127.0.0.1');
    slow.write('GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const [beginning] = (await once(slow, 'data')) as [Buffer];
    slow.pause();
    for (let value = 2; value < 8; value++) {
      for (let i = 0; i < 30_000; i++) gauge.set({ i }, value);
      const answers = await Promise.all([1, 2].map(async () => (await fetch(`${server.url.replace('localhost', '127.0.0.1')}/metrics`)).text()));
      for (const answer of answers) assert.ok(answer === render(registry));
    }
    const parts = [beginning];
    slow.on('data', (part: Buffer) => parts.push(part)).resume();
    await once(slow, 'end');
    const answer = Buffer.concat(parts).toString();
    assert.ok(answer.slice(answer.indexOf('\r\n\r\n') + 4) === first);
  } finally {
    await server.close();
  }
});

test('bytes are copied into the lent memory as texts are, over its borders too', () => {
  const slabs = new Slabs();
  const body = new LentBody(slabs);
  const chunks = ['a'.repeat(1000), Uint8Array.from({ length: 600_000 }, (_, i) => i % 251), 'é'.repeat(10), new Uint8Array(0), Uint8Array.of(7)];
  for (const chunk of chunks) body.add(chunk);
  assert.deepEqual(Buffer.concat(body.parts), Buffer.concat(chunks.map((chunk) => Buffer.from(chunk as string))));
  body.giveBack();
});
