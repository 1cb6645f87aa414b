// A real Prometheus for specs: started, asked over its API, and ended whatever happens.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** One series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** In the order of time, with times in milliseconds; one where one moment was asked for. */
  readonly samples: readonly { readonly timeMs: number; readonly value: number }[];
}

export interface PrometheusServer {
  /** The series that a query gives at one moment. @default now */
  query(expression: string, timeMs?: number): Promise<Series[]>;
  /** The same, asked as for a graph that has but this one moment. */
  queryRange(expression: string, timeMs: number): Promise<Series[]>;
  /** What a path of the API answers, such as `rules`. */
  get(path: string): Promise<unknown>;
  stop(): Promise<void>;
}

/** A series as the API has it: `value` for one moment, `values` for a range; times in seconds. */
interface ApiSeries {
  readonly metric: Series['metric'];
  readonly value?: readonly [seconds: number, text: string];
  readonly values?: readonly (readonly [seconds: number, text: string])[];
}

/** @param directory - Has `prometheus.yml`, and is where the data goes. */
export async function startPrometheus(directory: string, ...flags: string[]): Promise<PrometheusServer> {
  const server = spawn(
    'prometheus',
    [
      `--config.file=${join(directory, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      // A port that is free now may be another's by the time Prometheus listens: it picks one itself, and logs it.
      '--web.listen-address=127.0.0.1:0',
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));

  // Also where the run of the specs is broken off, no Prometheus stays behind.
  const kill = (): boolean => server.kill('SIGKILL');
  const breakOff = (): never => process.exit(1);
  process.once('exit', kill).once('SIGINT', breakOff).once('SIGTERM', breakOff);

  const hasEnded = (): boolean => server.exitCode !== null || server.signalCode !== null;
  let address: string | undefined;
  while ((address = /msg="Listening on".* address=(\S+)/.exec(log)?.[1]) === undefined) {
    if (hasEnded()) throw new Error(`Prometheus did not start:\n${log}`);
    await Promise.race([once(server.stderr, 'data'), once(server, 'exit')]);
  }

  async function get(path: string): Promise<unknown> {
    if (hasEnded()) throw new Error(`Prometheus ended by itself:\n${log}`);
    const response = await fetch(`http://${address}/api/v1/${path}`);
    const answer = (await response.json()) as { data?: unknown; error?: string };
    if (answer.data === undefined) throw new Error(`Prometheus: ${path}: ${answer.error}\n${log}`);
    return answer.data;
  }

  async function series(path: string, params: Readonly<Record<string, string>>): Promise<Series[]> {
    const { result } = (await get(`${path}?${new URLSearchParams(params)}`)) as { result: ApiSeries[] };
    return result.map(({ metric, value, values = [value!] }) => ({
      metric,
      samples: values.map(([seconds, text]) => ({ timeMs: Math.round(seconds * 1000), value: Number(text.replace('Inf', 'Infinity')) })),
    }));
  }

  return {
    query: (query, timeMs = Date.now()) => series('query', { query, time: `${timeMs / 1000}` }),
    queryRange: (query, timeMs) => series('query_range', { query, start: `${timeMs / 1000}`, end: `${timeMs / 1000}`, step: '15' }),
    get,
    async stop() {
      process.off('exit', kill).off('SIGINT', breakOff).off('SIGTERM', breakOff);
      const ended = hasEnded() ? undefined : once(server, 'exit');
      kill();
      await ended;
    },
  };
}

/** Tries until it no longer throws; after some two minutes what it last threw is thrown on. */
export async function eventually(attempt: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 1_200) throw error;
      await sleep(100);
    }
  }
}
