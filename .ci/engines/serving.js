// What promlet has to do in engines that have `node:http`: serve on a loopback port, and be scraped.

import { equal } from './cases.js';

/** @param exporter - All that the entry points for Node export. */
export async function runServing({ Counter, Registry, createExporter, serve }) {
  const failures = [];
  const cases = {
    'an exporter serves what was recorded, in the format that is asked for, and stops': async () => {
      const exporter = await createExporter({ port: 0, host: '127.0.0.1' });
      try {
        exporter.recordInvocation('lint', 'setup', true, 2.1);
        const url = `${exporter.url}/metrics`;
        const text = await fetch(url);
        equal(text.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
        equal(/^skill_invocations_total\{skill_name="lint",workflow_phase="setup",completed="true"\} 1$/m.test(await text.text()), true);
        const openMetrics = await fetch(url, { headers: { accept: 'application/openmetrics-text;version=1.0.0' } });
        equal((await openMetrics.text()).endsWith('\n# EOF\n'), true);
      } finally {
        await exporter.stop();
      }
      equal(exporter.isRunning(), false);
    },
    'a long answer is compressed, and reads as it was written': async () => {
      const registry = new Registry();
      const counter = registry.register(new Counter({ name: 'a_total', help: '', labelNames: ['i'] }));
      for (let i = 0; i < 1000; i++) counter.inc({ i }, i);
      const server = await serve(registry, { port: 0, host: '127.0.0.1' });
      try {
        const answer = await fetch(`${server.url}/metrics`, { headers: { 'accept-encoding': 'gzip' } });
        const lines = (await answer.text()).split('\n');
        // What the handler tells of itself comes after.
        equal([answer.status, lines[1], lines[1000]], [200, 'a_total{i="0"} 0', 'a_total{i="999"} 999']);
        equal((await fetch(`${server.url}/nowhere`)).status, 404);
      } finally {
        await server.close();
      }
    },
  };
  for (const [title, check] of Object.entries(cases)) {
    try {
      await check();
    } catch (error) {
      failures.push(`${title}: ${error && error.message}`);
    }
  }
  return { serve: { cases: Object.keys(cases).length, failures } };
}
