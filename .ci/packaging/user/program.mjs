// Runs in a project that has the packed package installed: every entry point is imported and required, both forms are
// used in one program, and the exporter is scraped.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const entries = Object.keys(require('promlet/package.json').exports)
  .filter((path) => path !== './package.json')
  .map((path) => `promlet${path.slice(1)}`);
assert.ok(entries.includes('promlet') && entries.length >= 3);

for (const entry of entries) {
  const imported = await import(entry);
  const required = require(entry);
  assert.notEqual(Object.keys(imported).length, 0, entry);
  assert.deepEqual(Object.keys(required), Object.keys(imported), entry);
  // One copy, wherever Node can require() modules.
  for (const [name, value] of Object.entries(imported)) {
    if (typeof value === 'function') assert.equal(required[name] === value, process.features.require_module === true, name);
  }
}

const { Counter, Registry, render } = await import('promlet');
const required = require('promlet');
for (const [registry, counter] of [[new Registry(), new required.Counter({ name: 'c_total', help: 'C.' })], [new required.Registry(), new Counter({ name: 'c_total', help: 'C.' })]]) {
  registry.register(counter).inc();
  for (const each of [render, required.render]) assert.equal(each(registry), '# HELP c_total C.\n# TYPE c_total counter\nc_total 1\n');
}

const { createExporter } = await import('promlet/exporter');
const exporter = await createExporter({ port: 0, host: '127.0.0.1' });
exporter.recordInvocation('lint', 'setup', true, 2.1);
const scrape = await (await fetch(`${exporter.url}/metrics`)).text();
await exporter.stop();
assert.match(scrape, /^skill_invocations_total\{skill_name="lint",workflow_phase="setup",completed="true"\} 1$/m);
