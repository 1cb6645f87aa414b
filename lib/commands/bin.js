#!/usr/bin/env node
// The command as npm links it: what was built; in a clone the sources, which only a clone has.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
if (existsSync(`${root}lib/cli.ts`)) {
  // The files that it copies are built.
  if (process.argv[2] === 'vendor') execFileSync(process.execPath, ['--import', 'tsx', '.ci/vendor.ts'], { cwd: root });
  const { register } = await import('tsx/esm/api');
  register();
  await import('../cli.ts');
} else {
  await import('../../dist/cli.js');
}
