// `npm run facts`: the numbers that the README and the guide mention, as the sources have them, in `spec/facts.json`.
// What is measured is in `bench/results.json`. `spec/numbers.spec.ts` compares the pages with both.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { buildSync } from 'esbuild';

import { readProof } from '../bench/proof.ts';
import { PrometheusExporter } from '../lib/exporter.ts';
import type { Histogram } from '../lib/index.ts';
import { isSampledPerIteration } from '../lib/process/delay-sources.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
export const FACTS: string = join(root, 'spec/facts.json');

/** By name: as it is written. */
export type Facts = Readonly<Record<string, string>>;

export function facts(): Facts {
  const { version, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string; engines: { node: string } };
  const peer = readProof().version;
  const { buckets } = new PrometheusExporter().registry.get<Histogram>('skill_duration_seconds')!;
  return {
    version,
    oldestNode: engines.node.replace('>=', ''),
    promClient: peer,
    promClientMajor: peer.split('.')[0]!,
    delayNodes: ['24', '26'].map((major) => `${major}.${firstMinor(major)}`).join(' and '),
    exporterPort: String(given('lib/exporter.ts', 'port')),
    servePort: String(given('lib/http.ts', 'port')),
    smokePort: String(given('lib/commands/smoke.ts', 'DEFAULT_PORT')),
    skillBuckets: buckets.join(', '),
    maxSeries: spaced(given('lib/metrics/options.ts', 'maxSeries')),
    maxCollectorSeries: spaced(given('lib/core/registry.ts', 'maxCollectorSeries')),
    summaryExact: String(given('lib/metrics/sketch.ts', 'FEW')),
    summaryError: (100 * (2 ** (1 / 2 / given('lib/metrics/sketch.ts', 'RESOLUTION')) - 1)).toFixed(1),
    exemplarCharacters: String(given('lib/metrics/exemplars.ts', 'MAX_LENGTH')),
    compressedFromKiB: String(given('lib/scraping/offer.ts', 'COMPRESSED_FROM') / 1024),
    deadlineSeconds: String(given('lib/scraping/gate.ts', 'deadlineMs') / 1000),
    maxPauseMs: String(given('lib/scraping/scraping.ts', 'maxPauseMs')),
    maxInFlight: String(given('lib/scraping/gate.ts', 'maxInFlight')),
    maxQueryLength: String(given('lib/scraping/gate.ts', 'maxQueryLength')),
    sendTimeoutSeconds: String(given('lib/node/sending.ts', 'sendTimeoutMs') / 1000),
    maxUnsentMiB: String(given('lib/node/sending.ts', 'maxUnsentBytes') / 1024 ** 2),
    receiveTimeoutSeconds: String(given('lib/http.ts', 'receiveTimeoutMs') / 1000),
    maxConnections: String(given('lib/http.ts', 'maxConnections')),
    closeSeconds: String(given('lib/http.ts', 'CLOSE_LIMIT_MS') / 1000),
    delayIntervalMs: String(given('lib/process/delay-sources.ts', 'INTERVAL_MS')),
    mostDescriptors: String(given('lib/process/handles.ts', 'MOST_DESCRIPTORS')),
    abortedStatus: /noStatus: '(\d+)'/.exec(source('lib/instrument/names.ts'))![1]!,
    engineSeriesKB: /seriesBytes'\) <= (\d+)/.exec(source('.ci/engines/run.ts'))![1]!,
    parseKilobytes: kilobytes('parse'),
    parseProtobufKilobytes: kilobytes('parseProtobuf'),
  };
}

export function readFacts(): Facts {
  return JSON.parse(readFileSync(FACTS, 'utf8')) as Facts;
}

function source(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}

/** A constant, or the default of an option: a product of numbers. */
function given(file: string, name: string): number {
  const [, product] = new RegExp(`\\b${name} = ([\\d_]+(?: \\* [\\d_]+)*)`).exec(source(file)) ?? [];
  if (product === undefined) throw new Error(`${file} has no ${name}`);
  return product.replaceAll('_', '').split(' * ').reduce((total, factor) => total * Number(factor), 1);
}

/** Of a version of Node: from when on it measures each turn of the event loop. */
function firstMinor(major: string): number {
  return [...Array(100).keys()].find((minor) => isSampledPerIteration(`${major}.${minor}.0`))!;
}

function spaced(value: number): string {
  return value.toLocaleString('en').replaceAll(',', ' ');
}

/** What one function of `promlet/parse` weighs in a bundle, minified and gzipped. */
function kilobytes(name: string): string {
  const contents = `export { ${name} } from './lib/parse.ts'`;
  const { outputFiles } = buildSync({ stdin: { contents, resolveDir: root }, bundle: true, write: false, minify: true, format: 'esm', target: 'es2022' });
  return String(Math.round(gzipSync(outputFiles[0]!.contents, { level: 9 }).length / 1000));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(FACTS, `${JSON.stringify(facts(), undefined, 1)}\n`);
