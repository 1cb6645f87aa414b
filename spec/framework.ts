// The real frameworks and the clients that promlet is compared with, for the specs that need them. They are installed
// apart, by `npm ci --prefix spec/frameworks` and `npm ci --prefix bench`; where they are not, a test says so, and
// fails on a build server.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

type Define = (title: string, run: (t: TestContext) => Promise<void>) => unknown;

export const load: NodeJS.Require = createRequire(new URL('./frameworks/package.json', import.meta.url));
export const loadPeer: NodeJS.Require = createRequire(new URL('../bench/package.json', import.meta.url));

/** A test that needs one of the frameworks. @param define - Makes the test, where a plain one is not enough. */
export function testIn<Framework>(name: string, title: string, run: (framework: Framework, t: TestContext) => Promise<void>, define: Define = test): void {
  testWhere('spec/frameworks', load, name, title, run, define);
}

/** A test that needs another client. */
export function testBeside<Peer>(name: string, title: string, run: (peer: Peer, t: TestContext) => Promise<void>): void {
  testWhere('bench', loadPeer, name, title, run, test);
}

function testWhere<Package>(folder: string, from: NodeJS.Require, name: string, title: string, run: (loaded: Package, t: TestContext) => Promise<void>, define: Define): void {
  let loaded: Package;
  try {
    loaded = from(name) as Package;
  } catch {
    if (process.env['CI'] === 'true') test(title, () => assert.fail(`${name} is not installed: npm ci --prefix ${folder}`));
    else test(`${title} [SKIPPED: ${name} is not installed; npm ci --prefix ${folder}]`, { skip: true }, () => {});
    return;
  }
  define(title, (t) => run(loaded, t));
}
