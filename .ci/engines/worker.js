// A Fetch server: the cases at `/cases`, and metrics as such a server would show them at `/metrics`.

import { runCases } from './cases.js';
import * as instrument from './instrument.js';
import { runMeasuring } from './measuring.js';
import * as promlet from './promlet.js';

const { Counter, Registry, negotiate, openMetrics, text } = promlet;

const registry = new Registry();
const requests = registry.register(new Counter({ name: 'requests_total', help: '', labelNames: ['path'] }));

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    requests.inc({ path: pathname });
    if (pathname === '/cases') return Response.json({ ...(await runCases(promlet)), ...(await runMeasuring({ ...promlet, ...instrument })) });
    await registry.refresh();
    const format = negotiate(request.headers.get('accept') ?? undefined, [text, openMetrics]);
    const body = [...format.write(registry.collect())].join('');
    return new Response(body, { headers: { 'content-type': format.contentType } });
  },
};
