// Runs in a project that has the packed package installed: every entry point is imported and required, and the
// exporter used. Writes `types.ts`, for the compiler to judge the declarations.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const entries = Object.keys(require('promlet/package.json').exports)
  .filter((path) => path !== './package.json')
  .map((path) => `promlet${path.slice(1)}`);
assert.ok(entries.includes('promlet') && entries.length >= 3);

for (const entry of entries) {
  const names = Object.keys(await import(entry));
  assert.notEqual(names.length, 0, entry);
  assert.deepEqual(Object.keys(require(entry)), names, entry);
}

const { createExporter } = await import('promlet/exporter');
const exporter = await createExporter({ port: 0, host: '127.0.0.1' });
exporter.recordInvocation('lint', 'setup', true, 2.1);
const scrape = await (await fetch(`${exporter.url}/metrics`)).text();
await exporter.stop();
assert.match(scrape, /^skill_invocations_total\{skill_name="lint",workflow_phase="setup",completed="true"\} 1$/m);

const imports = entries.map((entry, i) => `import * as entry${i} from '${entry}';\nexport const use${i}: object = entry${i};\n`);
writeFileSync('types.ts', `${imports.join('')}
import { Counter } from 'promlet';
const counter = new Counter({ name: 'runs_total', help: 'Runs.', labelNames: ['skill'] });
counter.inc({ skill: 'lint' });
// @ts-expect-error: a label that was not declared
counter.inc({ phase: 'setup' });
`);
