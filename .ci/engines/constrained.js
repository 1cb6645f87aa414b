// What the one file costs, as JSON: `node --expose-gc --no-opt --no-sparkplug constrained.js ./promlet.js` reports by
// how much the heap grows with it, and then with 100 series. The flags leave out the machine code that the engine
// makes when it pleases, in pages larger than all that is measured.

const file = process.argv[2];
const heapBytes = () => {
  gc();
  gc();
  return process.memoryUsage().heapUsed;
};
// What loading anything costs for the first time is the engine's own.
await import('data:text/javascript,export const nothing = 1');
const before = heapBytes();
const { Counter, Registry, render } = await import(file);
const loaded = heapBytes();
const registry = new Registry();
const counter = registry.register(new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['method', 'route', 'status'] }));
for (let i = 0; i < 100; i++) counter.inc({ method: 'GET', route: `/items/${i}`, status: '200' });
const full = heapBytes();
if (render(registry).split('\n').length !== 103) throw new Error('100 series, and no other number');
console.log(JSON.stringify({ codeBytes: loaded - before, seriesBytes: full - loaded }));
