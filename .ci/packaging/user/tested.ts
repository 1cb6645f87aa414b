import { createServer } from 'node:http';
import { Counter, Registry } from 'promlet';
import { fetchHandler } from 'promlet/fetch';
import { metricsHandler } from 'promlet/http';
import { assertExposition, assertGoodPractice, assertScrapable, changes, eventually, lint, reference, sampleValue } from 'promlet/testing';
import type { Changes, Complaint, Scrapable } from 'promlet/testing';
const registry = new Registry();
const jobs = registry.register(new Counter({ name: 'jobs_total', help: 'Jobs.', labelNames: ['queue'] }));
async function tested(): Promise<object> {
  const value: number | undefined = sampleValue(registry, 'jobs_total', { queue: 'mail', code: 200 });
  const did: Changes<string> = await changes(registry, async () => {
    jobs.inc({ queue: 'mail' });
    return 'done';
  });
  const result: string | undefined = did.result;
  await assertExposition(registry, 'jobs_total{queue="mail"} 1', { names: ['jobs_total'], tolerance: 0.1 });
  await eventually(registry, (given) => given.get('jobs_total') !== undefined, { withinMs: 10 });
  const complaints: Complaint[] = await lint(registry);
  await assertGoodPractice(registry, { except: ['jobs_total', /help/] });
  const places: Scrapable[] = ['http://localhost/', metricsHandler(registry), fetchHandler(registry), { fetch: fetchHandler(registry) }, (request, response) => response.end(request.url)];
  for (const place of places) await assertScrapable(place, { path: '/metrics' });
  await assertScrapable((request, response) => void response.end(request.url));
  await assertScrapable((request: Request) => new Response(request.url));
  // @ts-expect-error: a server is asked by its URL
  await assertScrapable(createServer());
  return { value, result, complaints, table: await reference(registry, { values: false }) };
}
export const use: object = tested;
