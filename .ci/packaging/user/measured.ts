import { createServer } from 'node:http';
import { Registry } from 'promlet';
import { joinGroup } from 'promlet/cluster';
import type { Group, GroupOptions } from 'promlet/cluster';
import { serve } from 'promlet/http';
import { fetchMetrics, httpClientMetrics, httpServerMetrics, setRoute } from 'promlet/instrument';
import { processMetrics } from 'promlet/process';
const server = createServer((request, response) => {
  setRoute(request, '/');
  response.end();
});
const measured = httpServerMetrics(new Registry(), { servers: [server], route: ({ url }) => url, labels: ({ headers }) => ({ tenant: headers['x-tenant'] }), labelValues: { tenant: ['a'] } });
measured.stop();
httpClientMetrics(new Registry(), { hosts: ['a.example'] }).stop();
fetchMetrics<string>(new Registry(), { route: (_, path) => path });
const options: GroupOptions = { name: 'shop', member: 'web-1', folder: '/run/shop', onError: (error: unknown) => console.error(error) };
async function served(group: Group): Promise<number> {
  const server = await serve(group, { port: 0 });
  await group.refresh();
  await Promise.all([server.close(), group.leave()]);
  return server.port;
}
export const use: object = { process: processMetrics({ only: ['heap'] }), served: joinGroup(new Registry(), options).then(served) };
