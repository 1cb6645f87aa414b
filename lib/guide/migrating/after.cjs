// A shop's order service, measured with promlet. `before.cjs` is the same with prom-client.
// PORT=3000 node after.cjs; then curl localhost:3000/order?sku=tea and localhost:3000/metrics

const http = require('node:http');
const { Counter, Gauge, Histogram, Info, Registry, Summary, exponentialBuckets, linearBuckets } = require('promlet');
const { metricsHandler } = require('promlet/http');
const { processMetrics } = require('promlet/process');

// ---- metrics

const registry = new Registry({ labels: { service: 'shop' } });
registry.register(processMetrics());

const requests = registry.register(new Counter({
  name: 'shop_requests_total',
  help: 'Requests handled.',
  labelNames: ['route', 'code'],
}));

const seconds = registry.register(new Histogram({
  name: 'shop_request_duration_seconds',
  help: 'How long requests take.',
  labelNames: ['route'],
  buckets: exponentialBuckets(0.001, 10, 4),
}));

const items = registry.register(new Histogram({
  name: 'shop_order_items',
  help: 'Items in an order.',
  buckets: linearBuckets(1, 1, 5),
}));

const prices = registry.register(new Summary({
  name: 'shop_order_price_euros',
  help: 'Price of an order.',
  labelNames: ['channel'],
  percentiles: [0.5, 0.9],
  maxAgeSeconds: 600,
  ageBuckets: 5,
}));

const revenue = registry.register(new Counter({
  name: 'shop_revenue_euros_total',
  help: 'Euros earned.',
  labelNames: ['channel'],
}));

const stock = new Map([['tea', 100], ['coffee', 50]]);

registry.register(new Gauge({
  name: 'shop_stock',
  help: 'Items in stock.',
  labelNames: ['sku'],
  refresh(gauge) {
    gauge.replace([...stock].map(([sku, left]) => [{ sku }, left]));
  },
}));

const carts = registry.register(new Gauge({ name: 'shop_open_carts', help: 'Carts that are open.' }));

const lastOrder = registry.register(new Gauge({ name: 'shop_last_order_timestamp_seconds', help: 'When the last order came.' }));

registry.register(new Info({ name: 'shop_build_info', help: 'The version.', labelNames: ['version'] })).set({ version: '1.4.2' });

// ---- the shop

const webRevenue = revenue.labels('web');
const PRICES = { tea: 3, coffee: 5 };

function order(query) {
  const sku = query.get('sku');
  const count = Number(query.get('items') ?? 1);
  const channel = query.get('channel') ?? 'web';
  if (!(sku in PRICES)) return 404;
  if (stock.get(sku) < count) return 409;
  carts.inc();
  stock.set(sku, stock.get(sku) - count);
  const price = PRICES[sku] * count;
  items.observe(count);
  prices.observe({ channel }, price);
  if (channel === 'web') webRevenue.inc(price);
  else revenue.inc({ channel }, price);
  lastOrder.setToCurrentTime();
  carts.dec();
  return 200;
}

function soldOut(query) {
  const sku = query.get('sku');
  stock.delete(sku);
  return 200;
}

function closeChannel(query) {
  prices.remove({ channel: query.get('channel') });
  revenue.remove({ channel: query.get('channel') });
  return 200;
}

async function refunds(query) {
  // Refunds come as negative amounts now and then. A counter must not fall.
  const euros = Number(query.get('euros'));
  if (!(euros >= 0)) return 400;
  revenue.inc({ channel: 'refunds' }, euros);
  return 200;
}

function total() {
  const [family] = registry.get('shop_requests_total').collect();
  return [...family.points].reduce((sum, { value }) => sum + value, 0);
}

// ---- the server

const ROUTES = { '/order': order, '/sold-out': soldOut, '/close-channel': closeChannel, '/refund': refunds };
const metrics = metricsHandler(registry);

const server = http.createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');

  if (pathname === '/metrics') return metrics(request, response);
  if (pathname === '/total') return response.end(String(total()));
  if (pathname === '/reset') {
    registry.reset();
    return response.end();
  }

  const route = pathname in ROUTES ? pathname : 'unmatched';
  const end = seconds.startTimer({ route });
  response.statusCode = route === 'unmatched' ? 404 : await ROUTES[route](searchParams);
  end();
  requests.inc({ route, code: response.statusCode });
  response.end();
});

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});

process.on('SIGTERM', () => server.close(() => process.exit(0)));
