// `promlet smoke`: records a known session, serves it, scrapes it over HTTP and compares every sample.

import type { PrometheusExporter } from '../exporter.ts';
import type { Command } from './command.ts';
import { aborted, listenOptions, startExporter, stopExporter } from './exporting.ts';
import { fetchAnswer } from './fetching.ts';
import { startLimits } from './limits.ts';
import { painter } from './terminal.ts';
import { expectedLines } from './smoke-expected.ts';

const DEFAULT_PORT = 9092;

export const smoke: Command = {
  summary: 'Record a known session, scrape it, and compare every sample.',
  description: `Records a session whose figures are known, scrapes the exporter over HTTP,
prints the answer and compares every sample. Exits with 0 if all are as they
should be, else with 1.`,
  options: {
    ...listenOptions(DEFAULT_PORT),
    keep: { help: 'Keep serving afterwards, until Ctrl-C or SIGTERM' },
  },
  async run(given, io) {
    const exporter = await startExporter(given, DEFAULT_PORT);
    recordSession(exporter);
    const { bytes } = await fetchAnswer(`${exporter.url}/metrics`, given, 'text/plain;version=0.0.4', startLimits(given, 'url', io));
    const scraped = new TextDecoder().decode(bytes);
    io.stdout.write(`${scraped}\n`);
    const wrong = differences(scraped, expectedLines);
    const isRight = wrong.length === 0;
    if (isRight) {
      const ok = painter(io.stdout, io)('green', 'OK');
      io.stdout.write(`${ok}: all ${expectedLines.length} lines of types and samples are as expected.\n`);
    } else {
      const not = painter(io.stderr, io)('red', 'NOT as expected');
      io.stderr.write(`${not} (- is missing, + should not be there):\n${wrong.join('\n')}\n`);
    }
    if (given.switches.has('keep')) {
      io.stdout.write(`Serving at ${exporter.url}/metrics until Ctrl-C.\n`);
      await aborted(io.stopSignal());
    }
    await stopExporter(exporter);
    return isRight ? 0 : 1;
  },
};

function recordSession(exporter: PrometheusExporter): void {
  exporter.recordInvocation('pytest-run', 'execution', true, 45.2);
  exporter.recordInvocation('pytest-run', 'execution', true, 38.7);
  exporter.recordInvocation('pytest-run', 'execution', false, 120.5);
  exporter.recordInvocation('ruff-check', 'setup', true, 2.1);
  exporter.recordInvocation('ruff-check', 'setup', true, 1.8);
  exporter.recordInvocation('mypy-check', 'execution', true, 15.8);
  exporter.recordInvocation('mypy-check', 'execution', true, 14.2);
  exporter.recordInvocation('codespell', 'validation', true, 0.5);
  exporter.updateCompletionRate('pytest-run', 0.85);
  exporter.updateCompletionRate('ruff-check', 1);
  exporter.updateCompletionRate('mypy-check', 1);
  exporter.updateCompletionRate('codespell', 1);
  exporter.recordAnomaly('performance_drop', 'pytest-run');
  exporter.recordAnomaly('spike', 'ruff-check');
  exporter.updateActiveSessions(5);
}

/**
 * Compares the lines of a scrape with those expected, in any order and without help and the library's metrics
 * about itself: `- line` is missing, `+ line` should not be there. Empty if all is as it should be.
 */
export function differences(scraped: string, expected: readonly string[]): string[] {
  const missing = [...expected];
  const surplus: string[] = [];
  for (const line of scraped.split('\n')) {
    if (line === '' || /^# HELP |^(# TYPE )?promlet_/.test(line)) continue;
    const found = missing.indexOf(line);
    if (found === -1) surplus.push(line);
    else missing.splice(found, 1);
  }
  const lines = [...missing.map((line) => `- ${line}`), ...surplus.map((line) => `+ ${line}`)];
  // Sorted by what follows the sign, so that two values of one series stand together.
  return lines.sort((one, other) => (one.slice(2) < other.slice(2) ? -1 : 1));
}
