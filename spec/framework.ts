// The real frameworks, for the specs that try promlet in them. They are installed apart, by
// `npm ci --prefix spec/frameworks`; where they are not, a test says so, and fails on a build server.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

export const load: NodeJS.Require = createRequire(new URL('./frameworks/package.json', import.meta.url));

/** A test that needs one of them. @param define - Makes the test, where a plain one is not enough. */
export function testIn<Framework>(
  name: string,
  title: string,
  run: (framework: Framework, t: TestContext) => Promise<void>,
  define: (title: string, run: (t: TestContext) => Promise<void>) => unknown = test,
): void {
  let framework: Framework;
  try {
    framework = load(name) as Framework;
  } catch {
    if (process.env['CI'] === 'true') test(title, () => assert.fail(`${name} is not installed: npm ci --prefix spec/frameworks`));
    else test(`${title} [SKIPPED: ${name} is not installed; npm ci --prefix spec/frameworks]`, { skip: true }, () => {});
    return;
  }
  define(title, (t) => run(framework, t));
}
