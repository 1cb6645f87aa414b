// What promlet has to do in every engine. Plain JavaScript of ES2020 that needs nothing but the language, as the
// engines may have nothing else.

/** By group: what is true, and the check of it. Each gets all that the neutral entry points export. */
const GROUPS = {
  record: {
    'a series is the same by labels, by values and as a bound child': ({ Counter }) => {
      const counter = new Counter({ name: 'a_total', help: 'A.', labelNames: ['method', 'status'] });
      counter.inc({ method: 'GET', status: 200 });
      counter.labels('GET', '200').inc(2);
      counter.labels({ status: '200', method: 'GET' }).inc();
      equal(counter.get({ method: 'GET', status: '200' }), 4);
    },
    'label values that a separator would confuse are kept apart': ({ Counter }) => {
      const counter = new Counter({ name: 'a_total', help: 'A.', labelNames: ['a', 'b'] });
      for (const labels of [{ a: 'x|y', b: 'z' }, { a: 'x', b: 'y|z' }, { a: '__proto__', b: 'constructor' }]) counter.inc(labels);
      equal(counter.points.length, 3);
    },
    'gauges are set, raised, lowered and removed': ({ Gauge }) => {
      const gauge = new Gauge({ name: 'g', help: 'G.', labelNames: ['a'] });
      gauge.set({ a: 'x' }, 5);
      gauge.inc({ a: 'x' }, 0.5);
      gauge.dec({ a: 'x' });
      equal([gauge.get({ a: 'x' }), gauge.remove({ a: 'x' }), gauge.get({ a: 'x' })], [4.5, true, undefined]);
    },
    'histograms count into buckets, and time with the clock they are given': ({ Histogram }) => {
      let now = 0;
      const seconds = new Histogram({ name: 'h', help: 'H.', buckets: [0.1, 1], clock: () => now });
      const end = seconds.startTimer();
      now = 500;
      equal(end(), 0.5);
      seconds.observe(0.1);
      seconds.observe(Infinity);
      equal(seconds.get(), { count: 3, sum: Infinity, buckets: [{ le: 0.1, count: 1 }, { le: 1, count: 2 }, { le: Infinity, count: 3 }] });
    },
    'timers have a clock without being given one': ({ Histogram }) => {
      const elapsed = new Histogram({ name: 'h', help: 'H.' }).startTimer()();
      equal(elapsed >= 0 && elapsed < 60, true);
    },
    'writes that hold no data are ignored, counted, and warned of once': ({ Counter, Registry }) => {
      const warnings = [];
      const registry = new Registry({ onWarning: ({ code }) => warnings.push(code) });
      const counter = registry.register(new Counter({ name: 'a_total', help: 'A.' }));
      for (const amount of [NaN, -1, Infinity, 1]) counter.inc(amount);
      equal([counter.get(), counter.rejectedWrites, warnings], [1, 3, ['ERR_VALUE']]);
    },
    'without a listener warnings go to the console, or nowhere where there is none': ({ Counter, Registry }) => {
      const { console } = globalThis;
      const said = [];
      try {
        if (console !== undefined) globalThis.console = { warn: (message) => said.push(message) };
      } catch (error) {
        return; // Frozen: it stays the engine's.
      }
      try {
        new Registry().register(new Counter({ name: 'a_total', help: 'A.' })).inc(-1);
        equal(said.length, console === undefined ? 0 : 1);
      } finally {
        if (console !== undefined) globalThis.console = console;
      }
    },
    'past the limit, writes go to one series': ({ Counter }) => {
      const counter = new Counter({ name: 'a_total', help: 'A.', labelNames: ['a'], maxSeries: 2 });
      for (const a of ['x', 'y', 'z', 'w']) counter.inc({ a });
      equal([counter.get({ a: '_overflow_' }), counter.overflowedWrites], [2, 2]);
    },
    'definitions that are wrong throw an error with a code': ({ Counter, Histogram, MetricError, Registry }) => {
      const registry = new Registry();
      registry.register(new Histogram({ name: 'h', help: 'H.' }));
      const codes = [
        () => new Counter({ name: 'a b', help: 'A.' }),
        () => new Counter({ name: 'a_total', help: 'A.', labelNames: ['__a'] }),
        () => new Histogram({ name: 'h', help: 'H.', buckets: [2, 1] }),
        () => registry.register(new Counter({ name: 'h_count', help: 'A.' })),
        () => new Counter({ name: 'a_total', help: 'A.', labelNames: ['a'] }).inc({ b: 1 }),
      ].map((wrong) => codeOf(wrong, MetricError));
      equal(codes, ['ERR_METRIC_NAME', 'ERR_LABEL_NAME', 'ERR_BUCKETS', 'ERR_DUPLICATE', 'ERR_LABELS']);
    },
    'hooks run at a refresh, and one that fails costs its own family alone': async ({ Gauge, Registry, render }) => {
      const registry = new Registry({ onWarning: () => undefined });
      registry.register(new Gauge({ name: 'good', help: '', collect: async (gauge) => gauge.set(7) }));
      registry.register(new Gauge({ name: 'bad', help: '', collect: () => { throw new Error('no'); } }));
      await registry.refresh();
      equal(render(registry), '# TYPE good gauge\ngood 7\n');
    },
    'summaries, infos and state sets are there': ({ Info, Registry, StateSet, Summary, render }) => {
      const registry = new Registry();
      registry.register(new Summary({ name: 's', help: '', wallClock: () => 1e12 })).observe(3);
      equal(/^s_sum 3\ns_count 1$/m.test(render(registry)), true);
      equal([typeof Info, typeof StateSet], ['function', 'function']);
    },
  },

  render: {
    'the text format': (promlet) => {
      equal(promlet.render(sample(promlet)), TEXT);
    },
    'the text format 1.0.0, with quoted names': ({ render, text1 }) => {
      equal(render([{ type: 'gauge', name: 'größe.px', help: '', points: [{ labels: { 'a.b': '1' }, value: 2 }] }], text1), '# TYPE "größe.px" gauge\n{"größe.px","a.b"="1"} 2\n');
    },
    'OpenMetrics': (promlet) => {
      equal(promlet.render(sample(promlet), promlet.openMetrics), OPENMETRICS);
    },
    'OpenMetrics with creation times': ({ Counter, openMetricsWith, render }) => {
      const counter = new Counter({ name: 'a_total', help: '', wallClock: () => 1.7e12 });
      equal(render(counter, openMetricsWith({ created: true })), '# TYPE a counter\na_total 0\na_created 1700000000\n# EOF\n');
    },
    'numbers are spelled as JavaScript spells them, and bounds as Go does': ({ Gauge, Histogram, render }) => {
      const gauge = new Gauge({ name: 'g', help: '', labelNames: ['v'] });
      for (const value of [0.1, 1e21, 1e-7, -0, NaN, Infinity, -Infinity, 123456789012]) gauge.set({ v: value }, value);
      const values = render(gauge).trim().split('\n').slice(1).map((line) => line.slice(line.lastIndexOf(' ') + 1));
      equal(values, ['0.1', '1e+21', '1e-7', '0', 'NaN', '+Inf', '-Inf', '123456789012']);
      const bounds = render(new Histogram({ name: 'h', help: '', buckets: [1e-5, 0.005, 1, 1e6] })).match(/le="[^"]*"/g);
      equal(bounds, ['le="1e-05"', 'le="0.005"', 'le="1"', 'le="1e+06"', 'le="+Inf"']);
    },
    'texts are escaped, and halves of surrogate pairs replaced': ({ Counter, render }) => {
      const counter = new Counter({ name: 'a_total', help: 'a\\b\nc"', labelNames: ['a'] });
      counter.inc({ a: '\\ " \n \ud800 😀' });
      equal(render(counter), '# HELP a_total a\\\\b\\nc"\n# TYPE a_total counter\na_total{a="\\\\ \\" \\n \ufffd 😀"} 1\n');
    },
    'ten thousand series, and twice the same': ({ Counter, Registry, render }) => {
      const registry = new Registry();
      const counter = registry.register(new Counter({ name: 'a_total', help: '', labelNames: ['i'] }));
      for (let i = 0; i < 10000; i++) counter.inc({ i }, i);
      const shown = render(registry);
      equal([shown.split('\n').length, shown.endsWith('a_total{i="9999"} 9999\n'), render(registry) === shown], [10002, true, true]);
    },
    'collectors of one’s own': ({ Registry, render }) => {
      const registry = new Registry({ labels: { service: 'x' } });
      registry.register({ collect: () => [{ type: 'unknown', name: 'u', help: '', points: [{ labels: {}, value: 1, timestampMs: 2000 }] }] });
      equal(render(registry), '# TYPE u untyped\nu{service="x"} 1 2000\n');
    },
  },

  parse: {
    'the text format, and written again it is the same': ({ parse, render }) => {
      equal(render(parse(TEXT)), TEXT);
    },
    'OpenMetrics, and written again it is the same': ({ openMetrics, parse, render }) => {
      equal(render(parse(OPENMETRICS, { format: 'openmetrics' }), openMetrics), OPENMETRICS);
    },
    'OpenMetrics 2.0, with values that have fields': ({ parse }) => {
      const [family] = parse('# TYPE h histogram\nh {count:3,sum:2,schema:0,zero_threshold:0,zero_count:1,positive_spans:[-1:1],positive_buckets:[2],bucket:[1:2,+Inf:3]} st@1.5\n# EOF\n', { format: 'openmetrics2' });
      const native = { schema: 0, zeroThreshold: 0, zeroCount: 1, positive: { indexes: [-1], counts: [2] }, negative: { indexes: [], counts: [] } };
      equal([...family.points], [{ labels: {}, bounds: [1], counts: [2, 1], sum: 2, native, createdMs: 1500 }]);
    },
    'protobuf, with numbers of 64 bits and names in UTF-8': ({ parseProtobuf }) => {
      // A gauge `é` with the value 2.5 and the time -1.
      const bytes = new Uint8Array([30, 0x0a, 2, 0xc3, 0xa9, 0x18, 1, 0x22, 22, 0x12, 9, 9, 0, 0, 0, 0, 0, 0, 4, 0x40, 0x30, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
      equal(parseProtobuf(bytes), [{ name: 'é', help: '', type: 'gauge', points: [{ labels: {}, value: 2.5, timestampMs: -1 }] }]);
    },
    'bytes in UTF-8': ({ parseSamples }) => {
      // `a{b="é😀"} 1`
      const bytes = new Uint8Array([97, 123, 98, 61, 34, 0xc3, 0xa9, 0xf0, 0x9f, 0x98, 0x80, 34, 125, 32, 49, 10]);
      equal([...parseSamples(bytes)], [{ name: 'a', labels: { b: 'é😀' }, value: 1 }]);
    },
    'what is wrong is told with its place': ({ ParseError, parse }) => {
      const places = ['a 1\nb{c="d} 2\n', 'a 1\nb x\n', new Uint8Array([97, 32, 49, 10, 98, 0xff, 10])].map((input) => {
        try {
          parse(input);
          return 'nothing';
        } catch (error) {
          if (!(error instanceof ParseError)) throw error;
          return error.line;
        }
      });
      equal(places, [2, 2, 2]);
    },
    'a large exposition': ({ parse }) => {
      const lines = Array.from({ length: 5000 }, (_, i) => `a_total{i="${i}"} ${i}\n`);
      const [family] = parse(`# TYPE a_total counter\n${lines.join('')}`);
      equal([family.type, [...family.points].length], ['counter', 5000]);
    },
  },

  negotiate: {
    'what Prometheus asks for': ({ negotiate, openMetrics, text, text1 }) => {
      const header = 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2';
      equal(negotiate(header, [text, text1, openMetrics]).contentType, 'application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=allow-utf-8');
    },
    'a browser, nothing, and what is not on offer get text': ({ negotiate, openMetrics, text }) => {
      const headers = [undefined, '', 'application/json', 'text/html,application/xhtml+xml,*/*;q=0.8', 'application/openmetrics-text;q=0'];
      equal(headers.map((header) => negotiate(header, [text, openMetrics]).name), headers.map(() => 'text'));
    },
    'the higher quality wins': ({ negotiate, openMetrics, text }) => {
      equal(negotiate('text/plain;q=.1, Application/OpenMetrics-Text; version="1.0.0";q=0.9', [text, openMetrics]).name, 'openmetrics');
    },
  },
};

/** Results by group: how many cases there are, and what failed. */
export async function runCases(promlet) {
  const results = {};
  for (const [group, cases] of Object.entries(GROUPS)) {
    const failures = [];
    for (const [title, check] of Object.entries(cases)) {
      try {
        await check(promlet);
      } catch (error) {
        failures.push(`${title}: ${error && error.message}`);
      }
    }
    results[group] = { cases: Object.keys(cases).length, failures };
  }
  return results;
}

export function equal(actual, expected) {
  const [shown, wanted] = [shownValue(actual), shownValue(expected)];
  if (shown !== wanted) throw new Error(`expected ${wanted}, got ${shown}`);
}

function shownValue(value) {
  return JSON.stringify(value, (_, each) => (typeof each === 'number' && each - each !== 0 ? String(each) : each === undefined ? 'undefined' : each));
}

function codeOf(wrong, MetricError) {
  try {
    wrong();
    return 'nothing';
  } catch (error) {
    if (!(error instanceof MetricError)) throw error;
    return error.code;
  }
}

function sample({ Counter, Gauge, Histogram, Registry }) {
  const registry = new Registry({ labels: { service: 'shop' } });
  const counter = registry.register(new Counter({ name: 'requests_total', help: 'Requests.', labelNames: ['method'] }));
  counter.inc({ method: 'GET' }, 3, { labels: { trace_id: '4bf9' }, value: 1, timestampMs: 1700000000125 });
  registry.register(new Gauge({ name: 'sessions', help: '' })).set(2.5);
  const seconds = registry.register(new Histogram({ name: 'job_seconds', help: 'Durations.', unit: 'seconds', buckets: [0.1, 1] }));
  seconds.observe(0.0625);
  seconds.observe(8);
  return registry;
}

const TEXT = `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{service="shop",method="GET"} 3
# TYPE sessions gauge
sessions{service="shop"} 2.5
# HELP job_seconds Durations.
# TYPE job_seconds histogram
job_seconds_bucket{service="shop",le="0.1"} 1
job_seconds_bucket{service="shop",le="1"} 1
job_seconds_bucket{service="shop",le="+Inf"} 2
job_seconds_sum{service="shop"} 8.0625
job_seconds_count{service="shop"} 2
`;

const OPENMETRICS = `# TYPE requests counter
# HELP requests Requests.
requests_total{service="shop",method="GET"} 3 # {trace_id="4bf9"} 1 1700000000.125
# TYPE sessions gauge
sessions{service="shop"} 2.5
# TYPE job_seconds histogram
# UNIT job_seconds seconds
# HELP job_seconds Durations.
job_seconds_bucket{service="shop",le="0.1"} 1
job_seconds_bucket{service="shop",le="1.0"} 1
job_seconds_bucket{service="shop",le="+Inf"} 2
job_seconds_sum{service="shop"} 8.0625
job_seconds_count{service="shop"} 2
# EOF
`;
