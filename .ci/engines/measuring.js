// What HTTP metrics have to do in every engine that has `fetch`'s classes: measure a handler, without channels.

import { equal } from './cases.js';

/** @param promlet - The core, and what `promlet/instrument` exports. */
export async function runMeasuring({ Registry, render, fetchMetrics, setRoute }) {
  const failures = [];
  const cases = {
    'a handler of fetch style is measured, by its template, and nothing is left in flight': async () => {
      const registry = new Registry();
      const measure = fetchMetrics(registry, { buckets: [60] });
      const respond = (request) => {
        setRoute(request, '/users/:id');
        return new Response('hello');
      };
      for (const id of [17, 18]) equal(await (await measure(new Request(`http://localhost/users/${id}`), respond)).text(), 'hello');
      await measure(new Request('http://localhost/nowhere', { method: 'PROPFIND' }), () => new Response(null, { status: 404 }));
      const counts = render(registry).split('\n').filter((line) => /^http_request_duration_seconds_count|^http_requests_in_flight/.test(line));
      equal(counts, [
        'http_request_duration_seconds_count{method="GET",route="/users/:id",status_code="200"} 2',
        'http_request_duration_seconds_count{method="OTHER",route="unmatched",status_code="404"} 1',
        'http_requests_in_flight 0',
      ]);
    },
    'a handler that throws is a 500': async () => {
      const registry = new Registry();
      const failed = await fetchMetrics(registry)(new Request('http://localhost/'), () => Promise.reject(new Error('failed'))).catch(({ message }) => message);
      equal([failed, /_count\{method="GET",route="unmatched",status_code="500"\} 1/.test(render(registry))], ['failed', true]);
    },
  };
  for (const [title, check] of Object.entries(cases)) {
    try {
      await check();
    } catch (error) {
      failures.push(`${title}: ${error.message}`);
    }
  }
  return { measuring: { cases: Object.keys(cases).length, failures } };
}
