// The beginning of a series' line: rendered once by instruments, and taken apart again by writers.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { blockOfBucketStart, blockOfSampleStart, bucketStart, sampleStart } from '../lib/core/labels.ts';

test('a sample begins with its line feed, name, labels and a blank', () => {
  assert.equal(sampleStart('c', [], []), '\nc ');
  assert.equal(sampleStart('c', ['a', 'b'], ['x', '"\\\n']), '\nc{a="x",b="\\"\\\\\\n"} ');
});

test('a bucket begins with all that stands before its bound', () => {
  assert.equal(bucketStart('h', [], []), '\nh_bucket{le="');
  assert.equal(bucketStart('h', ['a'], ['x"']), '\nh_bucket{a="x\\"",le="');
});

test('the label block can be taken out of both, whatever stands in it', () => {
  for (const [names, values] of [[[], []], [['a'], ['']], [['a', 'b'], ['x,le="', '_bucket{'] ]] as const) {
    const block = blockOfSampleStart(sampleStart('name', names, values), 'name');
    assert.equal(blockOfBucketStart(bucketStart('name', names, values), 'name'), block);
    assert.equal(sampleStart('other', names, values), `\nother${block}`);
  }
});
