import { createServer } from 'node:http';
import { Registry } from 'promlet';
import { PrometheusExporter, createExporter } from 'promlet/exporter';
import { metricsHandler, serve } from 'promlet/http';
import { fetchMetrics, httpClientMetrics, httpServerMetrics, setRoute } from 'promlet/instrument';
createServer(metricsHandler(new Registry()));
const server = createServer((request, response) => {
  setRoute(request, '/');
  response.end();
});
const measured = httpServerMetrics(new Registry(), { servers: [server], route: ({ url }) => url, labels: ({ headers }) => ({ tenant: headers['x-tenant'] }), labelValues: { tenant: ['a'] } });
measured.stop();
httpClientMetrics(new Registry(), { hosts: ['a.example'] }).stop();
fetchMetrics<string>(new Registry(), { route: (_, path) => path });
const exporter: Promise<PrometheusExporter> = createExporter({ port: 0 });
export const use: object = { exporter, serve };
