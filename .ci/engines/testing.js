// What the test kit has to do in every engine that has `node:` modules, and that it leaves nothing open: the program ends
// by itself.

import { equal } from './cases.js';

/** @param promlet - The core, handlers of both kinds, and what `promlet/testing` exports. */
export async function runTesting({ Counter, Registry, assertExposition, assertGoodPractice, assertScrapable, changes, eventually, fetchHandler, lint, metricsHandler, reference, sampleValue }) {
  const failures = [];
  const made = () => {
    const registry = new Registry();
    return { registry, jobs: registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] })) };
  };
  const messageOf = (promise) => promise.then(() => 'none', ({ name, message }) => `${name}: ${message}`);
  const cases = {
    'values and changes are found': async () => {
      const { registry, jobs } = made();
      const { counters } = await changes(registry, async () => jobs.inc({ queue: 'mail' }));
      equal([counters, sampleValue(registry, 'jobs_total', { queue: 'mail' })], [{ 'jobs_total{queue="mail"}': 1 }, 1]);
    },
    'an exposition that differs is told by series': async () => {
      const { registry, jobs } = made();
      jobs.inc({ queue: 'mail' });
      await assertExposition(registry, 'jobs_total{queue="mail"} *');
      equal((await messageOf(assertExposition(registry, 'jobs_total{queue="mail"} 2'))).split('\n').slice(3, 5), ['- jobs_total{queue="mail"} 2', '+ jobs_total{queue="mail"} 1']);
    },
    'it waits by turns and timers': async () => {
      let asked = 0;
      await eventually(made().registry, () => ++asked > 15, { withinMs: 60_000 });
      equal(asked, 16);
    },
    'names are judged, and a reference is made': async () => {
      const { registry } = made();
      await assertGoodPractice(registry);
      equal([await lint(registry), (await reference(registry)).split('\n').length], [[], 4]);
    },
    'handlers of both kinds can be scraped, and what is wrong is told': async () => {
      const { registry } = made();
      await assertScrapable(metricsHandler(registry));
      await assertScrapable(fetchHandler(registry));
      equal((await messageOf(assertScrapable((_, response) => response.writeHead(500).end()))).split('\n')[2], '  asked in any way: expected the status 200, got 500');
      equal((await messageOf(assertScrapable((_, response) => void response, { withinMs: 20 }))).split('\n')[2], '  asked without Accept: no answer within 20 ms');
    },
  };
  for (const [title, check] of Object.entries(cases)) {
    try {
      await check();
    } catch (error) {
      failures.push(`${title}: ${error.message}`);
    }
  }
  return { testing: { cases: Object.keys(cases).length, failures } };
}
