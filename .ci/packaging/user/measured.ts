import { createServer } from 'node:http';
import { Registry } from 'promlet';
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
export const use: object = processMetrics({ only: ['heap'] });
