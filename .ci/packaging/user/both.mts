// Both forms in one program: the types are the same, so that what one makes may be given to the other.
import { Counter, Registry, render } from 'promlet';
import type { MetricError } from 'promlet';
import { metricsHandler } from 'promlet/http';
import required = require('promlet');
import requiredHttp = require('promlet/http');

const registry: required.Registry = new Registry();
const counter: Counter<'method'> = new required.Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['method'] });
new Registry().register(registry).register(counter).inc({ method: 'GET' });
requiredHttp.metricsHandler(new Registry());
metricsHandler(registry);
const fails = (error: required.MetricError): MetricError => error;
export const use: object = { text: required.render(new Registry(), required.text) + render(registry, required.openMetrics), fails };
