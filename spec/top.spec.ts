// `promlet top`, on a screen and as lines, with a clock that a spec moves from scrape to scrape.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { Screen } from '../lib/commands/command.ts';
import { displayWidth, fitted } from '../lib/commands/display-width.ts';
import { asciiOf, sparkline } from '../lib/commands/top-layout.ts';
import { metricsHandler } from '../lib/http.ts';
import { Counter, Gauge, Histogram, Info, Registry, StateSet, Summary } from '../lib/index.ts';
import { serviceOf } from './http-service.ts';
import { testWith } from './programs.ts';
import { listen, run, runWith } from './run-command.ts';
import type { CommandResult, World } from './run-command.ts';

const UTF8 = { LANG: 'en_GB.UTF-8', NO_COLOR: '1' };

class FakeScreen implements Screen {
  columns = 100;
  rows = 12;
  lines: readonly string[] = [];
  opened = 0;
  closed = 0;
  type: (keys: string) => void = () => {};
  resize: () => void = () => {};

  open({ onKeys, onResize }: Parameters<Screen['open']>[0]): () => void {
    this.opened++;
    [this.type, this.resize] = [onKeys, onResize];
    return () => void this.closed++;
  }

  draw(lines: readonly string[]): void {
    this.lines = lines;
  }

  /** Without what is blank. */
  get text(): string[] {
    return this.lines.map((line) => line.trimEnd());
  }
}

type Step = (screen: FakeScreen) => void | Promise<void>;

interface Watched extends CommandResult {
  readonly screen: FakeScreen;
  readonly pauses: readonly number[];
}

/** Runs the command; the steps come one by one, each in a pause between two scrapes. After the last it is stopped. */
async function watched(args: readonly string[], steps: readonly Step[], { hasScreen = true, ...world }: World & { readonly hasScreen?: boolean } = {}): Promise<Watched> {
  const screen = new FakeScreen();
  const stop = new AbortController();
  const pauses: number[] = [];
  let ms = Date.UTC(2026, 10, 26, 12);
  const pause = async (forMs: number): Promise<void> => {
    ms += forMs;
    const step = steps[pauses.length];
    pauses.push(forMs);
    if (step === undefined) stop.abort();
    await step?.(screen);
  };
  const result = await runWith({ env: UTF8, now: () => ms, pause, stop: stop.signal, ...(hasScreen && { screen }), ...world }, 'top', ...args);
  return { ...result, screen, pauses };
}

/** The URL of a server that shows the metrics. */
async function serving(t: TestContext, registry: Registry): Promise<string> {
  return `${(await serviceOf(t, createServer(metricsHandler(registry)))).origin}/metrics`;
}

test('rates, values and quantiles are those from scrape to scrape, the most active first', async (t) => {
  const registry = new Registry();
  const requests = registry.register(new Counter({ name: 'requests_total', help: '', labelNames: ['method'] }));
  const seconds = registry.register(new Histogram({ name: 'request_seconds', help: '', buckets: [0.1, 1] }));
  const native = registry.register(new Histogram({ name: 'native_seconds', help: '', native: true, buckets: false }));
  const jobs = registry.register(new Summary({ name: 'job_seconds', help: '', percentiles: [0.5, 0.95] }));
  registry.register(new Gauge({ name: 'heap_bytes', help: '' })).set(3 * 2 ** 20);
  registry.register(new Info({ name: 'build_info', help: '', labelNames: ['version'] })).set({ version: '1.2' });
  const door = registry.register(new StateSet({ name: 'door', help: '', states: ['open', 'shut'] }));
  door.set('shut');
  requests.inc({ method: 'GET' }, 1_000_000);
  const step = (): void => {
    requests.inc({ method: 'GET' }, 7);
    for (let i = 0; i < 5; i++) seconds.observe(0.05);
    for (let i = 0; i < 3; i++) native.observe(0.25);
    jobs.observe(0.002);
    door.set('open');
  };
  const url = await serving(t, registry);
  const { exitCode, stderr, screen, pauses } = await watched([url, '--interval', '2'], [step, step]);
  assert.deepEqual({ exitCode, stderr, pauses }, { exitCode: 0, stderr: '', pauses: [2_000, 2_000, 2_000] });
  assert.match(screen.text[0]!, /^promlet top · http:\/\/127\.0\.0\.1:\d+\/metrics · \d\d:\d\d:\d\d · 7 series$/);
  assert.deepEqual(screen.text.slice(1), [
    'METRIC                                                           NOW QUANTILES      LAST 32 S',
    'requests_total{method="GET"}                                  3.50/s                              ██',
    'request_seconds                                               2.50/s p95 95 ms                    ██',
    'native_seconds                                                1.50/s p95 249 ms                   ██',
    'job_seconds                                                  0.500/s p95 2 ms                     ██',
    'door                                                            open',
    'heap_bytes                                                     3 MiB                             ▁▁▁',
    'build_info{version="1.2"}',
    '', '', '/ to filter · q to quit',
  ]);
});

test('the order is that of activity, and stays where two are about as active; bytes and seconds do not stand above all else', async (t) => {
  const registry = new Registry();
  const counters = ['a_total', 'b_total', 'c_total', 'sent_bytes_total'].map((name) => registry.register(new Counter({ name, help: '' })));
  const move = (...by: number[]): void => counters.forEach((counter, i) => counter.inc(by[i]! * (i === 3 ? 2 ** 20 : 1)));
  const orders: string[] = [];
  const note = ({ text }: FakeScreen): void => void orders.push(text.slice(2, 6).map((line) => line[0]).join(''));
  await watched([await serving(t, registry)], [
    (screen) => { note(screen); move(10, 11, 12, 1); },
    (screen) => { note(screen); move(12, 11, 10, 1); },
    (screen) => { note(screen); move(100, 0, 0, 1); },
    (screen) => { note(screen); move(0, 0, 0, 1_000); },
    note,
  ]);
  assert.deepEqual(orders, ['abcs', 'cbas', 'cbas', 'acbs', 'sacb']);
});

test('observations count as events, whatever is measured of each', async (t) => {
  const registry = new Registry();
  const counter = registry.register(new Counter({ name: 'requests_total', help: '' }));
  const size = registry.register(new Histogram({ name: 'size_bytes', help: '', buckets: [1000] }));
  const sent = registry.register(new Summary({ name: 'sent_bytes', help: '', percentiles: [] }));
  const orders: string[][] = [];
  const move = (): void => {
    counter.inc(5);
    for (let i = 0; i < 20; i++) size.observe(10);
    for (let i = 0; i < 10; i++) sent.observe(10);
  };
  await watched([await serving(t, registry)], [move, ({ text }) => void orders.push(text.slice(2, 5).map((line) => line.split(' ')[0]!))]);
  assert.deepEqual(orders, [['size_bytes', 'sent_bytes', 'requests_total']]);
});

test('where stdout is no terminal, each scrape after the first is a line for each series, and --count ends it', async (t) => {
  const registry = new Registry();
  const requests = registry.register(new Counter({ name: 'requests_total', help: '' }));
  const seconds = registry.register(new Histogram({ name: 'request_seconds', help: '' }));
  registry.register(new Gauge({ name: 'depth', help: '' })).set(7);
  const step = (): void => {
    requests.inc(30);
    seconds.observe(0.05);
  };
  const url = await serving(t, registry);
  const { stdout, stderr, exitCode, pauses } = await watched([url, '--count', '2', '--lines', '2', '-i', '10'], [step, step, step], { hasScreen: false });
  assert.deepEqual({ stderr, exitCode, pauses }, { stderr: '', exitCode: 0, pauses: [10_000, 10_000] });
  assert.equal(stdout, [
    '2026-11-26T12:00:10.000Z\trequests_total\t3/s',
    '2026-11-26T12:00:10.000Z\trequest_seconds\t0.100/s\tp50 37.5 ms\tp95 48.8 ms\tp99 49.8 ms',
    '2026-11-26T12:00:20.000Z\trequests_total\t3/s',
    '2026-11-26T12:00:20.000Z\trequest_seconds\t0.100/s\tp50 37.5 ms\tp95 48.8 ms\tp99 49.8 ms',
    '',
  ].join('\n'));
});

test('a target that goes away is told of, asked again, and told of when it comes back, with no rate over its restart', async (t) => {
  let total = 1_000;
  let isAway = false;
  const url = await listen(t, (_, response) => void (isAway ? response.writeHead(503).end() : response.end(`# TYPE c_total counter\nc_total ${(total += 10)}\n`)));
  const titles: string[] = [];
  const note = ({ text }: FakeScreen): void => void titles.push(text[0]!.replace(/.*metrics · [\d:]+ · /, ''));
  const rows: string[] = [];
  const steps: Step[] = [
    note,
    (screen) => { note(screen); rows.push(screen.text[2]!); isAway = true; },
    note,
    (screen) => { note(screen); isAway = false; total = 0; },
    (screen) => { note(screen); rows.push(screen.text[2]!); },
    (screen) => rows.push(screen.text[2]!),
  ];
  const { screen, exitCode } = await watched([url], steps);
  assert.deepEqual(titles, ['1 series', '1 series', `No answer for 0 s: cannot read ${url}: it answered 503 Service Unavailable`, `No answer for 2 s: cannot read ${url}: it answered 503 Service Unavailable`, '1 series · restarted']);
  assert.deepEqual(rows.map((row) => row.split(/ +/)[1]), ['5/s', '–', '5/s']);
  assert.deepEqual([exitCode, screen.opened, screen.closed], [0, 1, 1]);

  const plain = await watched([url], [() => {}, () => void (isAway = true), () => {}, () => {}, () => void (isAway = false), () => {}], { hasScreen: false });
  assert.deepEqual(plain.stderr.split('\n'), [`promlet: cannot read ${url}: it answered 503 Service Unavailable`, `promlet: ${url} answers again`, '']);
  assert.equal(plain.exitCode, 0);
});

test('a first scrape that fails ends it with 1, says why, and leaves the screen alone', async (t) => {
  const url = await listen(t, (_, response) => response.writeHead(401).end());
  const { exitCode, stderr, screen, pauses } = await watched([url], []);
  assert.deepEqual({ exitCode, stderr, opened: screen.opened, pauses }, {
    exitCode: 1, opened: 0, pauses: [],
    stderr: `promlet: cannot read ${url}: it answered 401 Unauthorized\nCredentials go into the URL, http://user:password@host/, or into a --header.\n`,
  });
});

test('each scrape has a deadline', async (t) => {
  let asked = 0;
  const clock = new AbortController();
  const waited: number[] = [];
  const url = await listen(t, (_, response) => void (++asked === 2 ? clock.abort() : response.end('a 1\n')));
  const timeout = (ms: number): AbortSignal => (waited.push(ms), asked === 1 ? clock.signal : new AbortController().signal);
  const titles: string[] = [];
  await watched([url, '--timeout', '3'], [() => {}, ({ text }) => void titles.push(text[0]!)], { timeout });
  assert.deepEqual([titles, waited], [[`No answer for 0 s: cannot read ${url}: no end after 3 s`], [3_000, 3_000, 3_000]]);
});

test('q, Ctrl-C and a signal end it at once, with 0, and give the screen back, also while a scrape hangs', async (t) => {
  for (const how of ['q', 'Q', '\u0003', 'signal'] as const) {
    for (const hangs of [false, true]) {
      const stop = new AbortController();
      const screen = new FakeScreen();
      let asked = 0;
      const end = (): void => (how === 'signal' ? stop.abort() : screen.type(how));
      const url = await listen(t, (_, response) => void (hangs && ++asked === 2 ? end() : response.end('a 1\n')));
      const pause = async (_: number, signal: AbortSignal): Promise<void> => {
        if (hangs) return;
        end();
        assert.equal(signal.aborted, true);
      };
      const { exitCode, stderr } = await runWith({ env: UTF8, stop: stop.signal, screen, pause }, 'top', url);
      assert.deepEqual([exitCode, stderr, screen.opened, screen.closed], [0, '', 1, 1], `${how} ${hangs}`);
    }
  }
});

test('/ filters by words that are in name and labels, in any case, until Escape', async (t) => {
  const registry = new Registry();
  const requests = registry.register(new Counter({ name: 'requests_total', help: '', labelNames: ['method', 'path'] }));
  for (const method of ['GET', 'POST']) for (const path of ['/a', '/q']) requests.inc({ method, path });
  const shown = ({ text }: FakeScreen): string[] => text.slice(2, -1).filter((line) => line !== '').map((line) => line.split(' ')[0]!);
  const all = ['requests_total{method="GET",path="/a"}', 'requests_total{method="GET",path="/q"}', 'requests_total{method="POST",path="/a"}', 'requests_total{method="POST",path="/q"}'];
  await watched([await serving(t, registry)], [(screen) => {
    assert.deepEqual(shown(screen), all);
    screen.type('/');
    assert.equal(screen.text.at(-1), '/█');
    // Now q is a letter.
    for (const key of 'post /qx') screen.type(key);
    assert.deepEqual([shown(screen), screen.text.at(-1)], [[], '/post /qx█']);
    assert.match(screen.text[0]!, / · 0 of 4 series$/);
    screen.type('\u007f');
    assert.deepEqual(shown(screen), [all[3]]);
    screen.type('\r');
    assert.equal(screen.text.at(-1), 'filter: post /q · Esc to show all · q to quit');
    // Keys that are none of ours: an arrow, a tabulator.
    for (const key of ['\u001b[A', '\t', 'x']) screen.type(key);
    assert.deepEqual(shown(screen), [all[3]]);
    screen.type('\u001b');
    assert.deepEqual([shown(screen), screen.text.at(-1)], [all, '/ to filter · q to quit']);
    // What is pasted counts key by key, and no more than a filter can be.
    screen.type(`/${'é'.repeat(1_000)}`);
    assert.equal(screen.text.at(-1)!.length, 100);
    screen.type('\u001b');
  }]);
});

test('it fits every size of terminal, as soon as that changes, and wide characters take two columns', async (t) => {
  const registry = new Registry();
  const requests = registry.register(new Counter({ name: 'requests_total', help: '', labelNames: ['path'] }));
  for (const path of ['/a', '日本語のパス', '👩‍👩‍👧‍👦 é', 'x'.repeat(300), '\u0301'.repeat(3_000)]) requests.inc({ path });
  registry.register(new Histogram({ name: 'request_seconds', help: '' })).observe(0.3);
  for (const env of [UTF8, { NO_COLOR: '1' }]) {
    await watched([await serving(t, registry)], [() => requests.inc({ path: '/a' }), (screen) => {
      for (let columns = 1; columns < 200; columns++) {
        for (const rows of [1, 2, 3, 5, 30]) {
          Object.assign(screen, { columns, rows });
          screen.resize();
          assert.equal(screen.lines.length, rows);
          for (const line of screen.lines) assert.ok(displayWidth(line) <= columns, `${columns}: ${line}`);
        }
      }
      Object.assign(screen, { columns: 30, rows: 4 });
      screen.resize();
      assert.match(screen.text[2]!, /^requests_total.. +0.500\/s$/);
    }], { env });
  }
});

test('texts are cut and filled up to columns, not to characters', () => {
  assert.deepEqual(['abc', 'abcdef', '日本語', 'e\u0301e\u0301e\u0301', ''].map((text) => fitted(text, 4, '…')), ['abc ', 'abc…', '日… ', 'e\u0301e\u0301e\u0301 ', '    ']);
  assert.deepEqual([fitted('7', 3, '…', 'right'), fitted('abc', 0, '…'), fitted('abc', 1, '…')], ['  7', '', '…']);
});

test('bars begin at 0 for rates and at the least value else, the newest at the right, with gaps where nothing is known', () => {
  const bars = (values: readonly number[], isRate: boolean, isUnicode = true): string => sparkline({ values, isRate }, 6, { isUnicode });
  assert.deepEqual([bars([10, 15, 20], true), bars([10, 15, 20], false), bars([1, NaN, Infinity, 0, 2, 2, 2, 2], true), bars([], true), bars([0, 0], true)], ['   ▅▆█', '   ▁▅█', ' ▁████', '      ', '    ▁▁']);
  assert.equal(bars([0, 1, 2, 3], true, false), '  _-+#');
});

test('nothing that a server sends reaches the terminal as more than text: names, labels, states, messages', async (t) => {
  const hostile = 'a\u001b[2J\u001b]0;owned\u0007\r\u009b1m\u202e\t';
  let isBroken = false;
  const url = await listen(t, (_, response) => {
    if (isBroken) return void response.writeHead(500, 'no\u009b2J').end();
    response.end(`# TYPE "${hostile}" gauge\n{"${hostile}","l${hostile}"="${hostile}${'y'.repeat(100_000)}"} 1\n# TYPE x gauge\nx{x="${hostile}"} 1\nx{x="b"} 0\n`);
  });
  for (const env of [UTF8, { LANG: 'en_GB.UTF-8' }]) {
    isBroken = false;
    const seen: string[] = [];
    const step: Step = ({ lines }) => void seen.push(...lines);
    const { stdout, stderr } = await watched([url], [step, (screen) => { step(screen); isBroken = true; }, step], { env });
    const plain = await watched([url], [() => void (isBroken = false), () => {}], { hasScreen: false });
    const text = [...seen, stdout, stderr, plain.stdout.replaceAll(/[\t\n]/g, ''), plain.stderr.replaceAll('\n', '')].join('');
    assert.doesNotMatch(text.replaceAll(/\u001b\[(?:0|1|31|34)m/g, ''), /[\p{Cc}\p{Bidi_Control}]/u);
    assert.match(text, /owned/);
    assert.ok(text.length < 20_000);
  }
});

test('colours are there unless NO_COLOR is set, and no character beyond ASCII where the locale is not UTF-8', async (t) => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'temperature_celsius', help: '', labelNames: ['place'] })).set({ place: 'Zürich 日本' }, 21);
  const url = await serving(t, registry);
  const shown = async (env: Record<string, string>): Promise<string> => (await watched([url], [() => {}], { env })).screen.lines.join('\n');
  assert.match(await shown({ LANG: 'C.UTF-8' }), /\u001b\[1m/);
  assert.doesNotMatch(await shown(UTF8), /\u001b/);
  for (const env of [{ LC_ALL: 'C', LANG: 'en_GB.UTF-8' }, { LANG: 'de_CH.ISO-8859-1' }, {}]) assert.match(await shown({ NO_COLOR: '1', ...env }), /^[\x20-\x7e\n]*place="Z\?rich \?\?\?\?"[\x20-\x7e\n]*$/);
  assert.match(await shown({ NO_COLOR: '1', LC_CTYPE: 'de_CH.utf8' }), /Zürich 日本/);
  assert.equal(asciiOf('1 µs – 2 … ü'), '1 us - 2 ... ?');
});

test('credentials come from the URL and from --header, and are shown nowhere', async (t) => {
  const asked: string[] = [];
  const url = new URL(await listen(t, ({ headers, url: path }, response) => {
    asked.push(`${path} ${headers.authorization}`);
    response.end('a 1\n');
  }));
  const { screen } = await watched([`http://user:s3cret@${url.host}/m?token=t0ken`], [() => {}]);
  await watched([url.href, '-H', 'Authorization: Bearer s3cret'], []);
  // As unkind as a server can be.
  let isFirst = true;
  const unkind = new URL(await listen(t, ({ headers: { authorization = '' } }, response) => {
    if (isFirst) response.end('a 1\n');
    else response.writeHead(401, `no ${authorization} ${Buffer.from(authorization.slice(6), 'base64')}`).end();
    isFirst = false;
  }));
  await watched([`http://user:s3cret@${unkind.host}/`], [() => {}, ({ text }) => {
    assert.match(text[0]!, /401 no Basic \*\*\* user:\*\*\*/);
  }]);
  assert.deepEqual(asked, [...Array<string>(2).fill(`/m?token=t0ken Basic ${Buffer.from('user:s3cret').toString('base64')}`), '/metrics Bearer s3cret']);
  assert.doesNotMatch(screen.lines.join(), /s3cret|t0ken|user/);
});

test('a URL without a path is asked for /metrics, and another as it is; protobuf first, unless --format says otherwise', async (t) => {
  const asked: string[] = [];
  const { host } = new URL(await listen(t, (({ url, headers }, response) => {
    asked.push(`${url} ${headers.accept!.split(/[;,]/)[0]}`);
    response.end('a 1\n');
  }) satisfies RequestListener));
  for (const args of [[`http://${host}`], [`HTTP://${host}/`], [`http://${host}?x`], [`http://${host}/m`, '--format', 'text']]) await watched(args, []);
  assert.deepEqual(asked, ['/metrics application/vnd.google.protobuf', '/ application/vnd.google.protobuf', '/?x application/vnd.google.protobuf', '/m text/plain']);
});

test('a slow scrape leaves out a turn, and is not followed by another at once', async (t) => {
  let ms = 0;
  const stop = new AbortController();
  const url = await listen(t, (_, response) => {
    ms += 5_000;
    response.end('a 1\n');
  });
  const pauses: number[] = [];
  await runWith({ now: () => ms, stop: stop.signal, pause: async (forMs) => void (pauses.push(forMs) === 2 && stop.abort()) }, 'top', url, '--interval', '2');
  assert.deepEqual(pauses, [1_000, 1_000]);
});

test('command lines that make no sense are refused with 2', async () => {
  for (const [args, stderr] of [
    [[], 'promlet: the URL is missing\nSee `promlet top --help`.\n'],
    [['localhost:9464/metrics'], 'promlet: expected a URL, such as http://localhost:9464/metrics, got "localhost:9464/metrics"\nDid you mean http://localhost:9464/metrics?\n'],
    [['metrics.txt'], 'promlet: expected a URL, such as http://localhost:9464/metrics, got "metrics.txt"\n'],
    [['http://localhost:1/', '--interval', '0'], 'promlet: --interval: expected a number above 0 and up to 86400, got "0"\n'],
    [['http://localhost:1/', '--interval', '1e9'], 'promlet: --interval: expected a number above 0 and up to 86400, got "1e9"\n'],
    [['http://localhost:1/', '--lines', '1.5'], 'promlet: --lines: expected a whole number above 0, got "1.5"\n'],
    [['http://localhost:1/', '--count', '0'], 'promlet: --count: expected a whole number above 0, got "0"\n'],
  ] as const) {
    assert.deepEqual(await run('top', ...args), { exitCode: 2, stdout: '', stderr });
  }
});

/** Runs a command in a terminal of its own, and does something each time that what is awaited has come. Prints what came, and how it was left. */
const IN_TERMINAL = `
import fcntl, json, os, pty, select, signal, struct, sys, termios
command, steps = json.loads(sys.argv[1])
def size(columns, rows): fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
master, terminal = pty.openpty()
size(90, 10)
before = termios.tcgetattr(terminal)
pid = os.fork()
if pid == 0:
    os.close(master)
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2): os.dup2(terminal, fd)
    os.execvp(command[0], command)
output, isRaw = b'', False
for awaited, act in steps:
    start = len(output)
    while awaited.encode() not in output[start:]: output += os.read(master, 65536)
    isRaw = isRaw or not termios.tcgetattr(terminal)[3] & termios.ICANON
    if act[0] == 'type': os.write(master, act[1].encode())
    elif act[0] == 'size': size(act[1], act[2])
    else: os.kill(pid, getattr(signal, act[1]))
# Whatever it writes to the end is read, so that it does not wait for that.
ended = 0
while True:
    if not ended: ended, status = os.waitpid(pid, os.WNOHANG)
    if select.select([master], [], [], 0.05)[0]: output += os.read(master, 65536)
    elif ended: break
print(json.dumps({'output': output.decode(), 'exitCode': os.waitstatus_to_exitcode(status), 'isRaw': isRaw, 'isRestored': termios.tcgetattr(terminal) == before}))
`;

type TerminalStep = readonly [awaited: string, act: readonly ['type', string] | readonly ['size', number, number] | readonly ['kill', string]];

async function inTerminal(command: readonly string[], steps: readonly TerminalStep[]): Promise<{ output: string; exitCode: number; isRaw: boolean; isRestored: boolean }> {
  const child = spawn('python3', ['-c', IN_TERMINAL, JSON.stringify([command, steps])], {
    cwd: fileURLToPath(new URL('../', import.meta.url)),
    env: { ...process.env, LC_ALL: 'C.UTF-8', TERM: 'xterm' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 300_000,
  });
  let said = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) said += chunk as string;
  if (child.exitCode === null) await once(child, 'exit');
  return JSON.parse(said) as Awaited<ReturnType<typeof inTerminal>>;
}

for (const [how, act] of [['q', ['type', 'q']], ['Ctrl-C', ['type', '\u0003']], ['SIGTERM', ['kill', 'SIGTERM']]] as const) {
  testWith(['python3'], `in a terminal it takes the other screen and follows its size, and ${how} gives all of it back`, async (t) => {
    const registry = new Registry();
    registry.register(new Counter({ name: 'requests_total', help: '', labelNames: ['path'] })).inc({ path: 'a'.repeat(60) });
    const command = [process.execPath, '--import', 'tsx', 'lib/cli.ts', 'top', await serving(t, registry), '-i', '0.2'];
    const { output, exitCode, isRaw, isRestored } = await inTerminal(command, [
      ['q to quit', ['size', 30, 5]],
      ['requests_total{…', ['type', '/requ']],
      ['/requ█', ['type', '\r']],
      ['filter: requ', act],
    ]);
    assert.deepEqual({ exitCode, isRaw, isRestored }, { exitCode: 0, isRaw: true, isRestored: true });
    assert.match(output, /^\u001b\[\?1049h\u001b\[\?25l\u001b\[\?7l\u001b\[H[^]*\u001b\[\?7h\u001b\[\?25h\u001b\[\?1049l$/);
    assert.equal(output.split('\u001b[?1049').length, 3);
  });
}

testWith(['python3'], 'a terminal that is dumb gets lines', async (t) => {
  const registry = new Registry();
  registry.register(new Gauge({ name: 'depth', help: '' })).set(7);
  const command = ['env', 'TERM=dumb', process.execPath, '--import', 'tsx', 'lib/cli.ts', 'top', await serving(t, registry), '-i', '0.1', '-n', '2'];
  const { output, exitCode, isRestored } = await inTerminal(command, []);
  assert.deepEqual([exitCode, isRestored], [0, true]);
  assert.match(output, /^(?:\d{4}-\S+Z\tdepth\t7\r\n){2}$/);
});
