// The four lines at the top of the README: what they print with prom-client, and with promlet.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { linesOfReadme, printedByPeer, printedByPromlet, readProof } from '../bench/proof.ts';
import { loadPeer, testBeside } from './framework.ts';
import { blocksIn, readme } from './pages.ts';

const proof = readProof();
const again = 'node --import tsx bench/proof.ts writes it again';

test('the README shows the lines that were run, and what each package printed', () => {
  assert.equal(linesOfReadme(), proof.lines, again);
  assert.equal(proof.lines.trim().split('\n').length, 4);
  const [peer, own] = blocksIn('text').filter(({ page }) => page === readme);
  assert.equal(peer!.code.trim(), proof.printed['prom-client'], again);
  assert.equal(own!.code.trim(), proof.printed.promlet, again);
  assert.ok(readme.text.includes(`\`prom-client\` ${proof.version} prints`), again);
});

test('promlet prints what the README shows', () => {
  assert.equal(printedByPromlet(linesOfReadme()), proof.printed.promlet);
});

testBeside('prom-client', 'prom-client prints what the README shows', async () => {
  const { version, printed } = await printedByPeer(linesOfReadme(), loadPeer);
  assert.equal(version, proof.version, again);
  assert.equal(printed, proof.printed['prom-client']);
});
