import { createServer } from 'node:http';
import { Registry } from 'promlet';
import { PrometheusExporter, createExporter } from 'promlet/exporter';
import { metricsHandler, serve } from 'promlet/http';
createServer(metricsHandler(new Registry()));
const exporter: Promise<PrometheusExporter> = createExporter({ port: 0 });
export const use: object = { exporter, serve };
