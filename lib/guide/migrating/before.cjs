// A shop's order service, measured with prom-client 15. `after.cjs` is the same with promlet.
// PORT=3000 node before.cjs; then curl localhost:3000/order?sku=tea and localhost:3000/metrics

const http = require('node:http');
const client = require('prom-client');

// ---- metrics

client.register.setDefaultLabels({ service: 'shop' });
client.collectDefaultMetrics();

const requests = new client.Counter({
  name: 'shop_requests_total',
  help: 'Requests handled.',
  labelNames: ['route', 'code'],
});

const seconds = new client.Histogram({
  name: 'shop_request_duration_seconds',
  help: 'How long requests take.',
  labelNames: ['route'],
  buckets: client.exponentialBuckets(0.001, 10, 4),
});

const items = new client.Histogram({
  name: 'shop_order_items',
  help: 'Items in an order.',
  buckets: client.linearBuckets(1, 1, 5),
});

const prices = new client.Summary({
  name: 'shop_order_price_euros',
  help: 'Price of an order.',
  labelNames: ['channel'],
  percentiles: [0.5, 0.9],
  maxAgeSeconds: 600,
  ageBuckets: 5,
});

const revenue = new client.Counter({
  name: 'shop_revenue_euros_total',
  help: 'Euros earned.',
  labelNames: ['channel'],
});

const stock = new Map([['tea', 100], ['coffee', 50]]);

new client.Gauge({
  name: 'shop_stock',
  help: 'Items in stock.',
  labelNames: ['sku'],
  collect() {
    this.reset();
    for (const [sku, left] of stock) this.set({ sku }, left);
  },
});

const carts = new client.Gauge({ name: 'shop_open_carts', help: 'Carts that are open.' });
carts.set(0);

const lastOrder = new client.Gauge({ name: 'shop_last_order_timestamp_seconds', help: 'When the last order came.' });

new client.Gauge({ name: 'shop_build_info', help: 'The version.', labelNames: ['version'] }).set({ version: '1.4.2' }, 1);

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
  revenue.remove(query.get('channel'));
  return 200;
}

async function refunds(query) {
  // Refunds come as negative amounts now and then. A counter must not fall.
  const euros = Number(query.get('euros'));
  try {
    revenue.inc({ channel: 'refunds' }, euros);
    return 200;
  } catch {
    return 400;
  }
}

async function total() {
  const { values } = await client.register.getSingleMetric('shop_requests_total').get();
  return values.reduce((sum, { value }) => sum + value, 0);
}

// ---- the server

const ROUTES = { '/order': order, '/sold-out': soldOut, '/close-channel': closeChannel, '/refund': refunds };

const server = http.createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, 'http://localhost');

  if (pathname === '/metrics') {
    try {
      response.setHeader('Content-Type', client.register.contentType);
      response.end(await client.register.metrics());
    } catch (error) {
      response.statusCode = 500;
      response.end(error.message);
    }
    return;
  }
  if (pathname === '/total') return response.end(String(await total()));
  if (pathname === '/reset') {
    client.register.resetMetrics();
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
