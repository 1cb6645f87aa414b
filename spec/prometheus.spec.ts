// The main job on real input: two exporters track work, a real Prometheus scrapes both, and every query and
// rule that ships in `lib/ops/` answers. What it must answer is worked out here from what was recorded.
//
// Prometheus finds its targets some five seconds after its start; all in all this takes fifteen.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { createExporter } from '../lib/exporter.ts';
import type { PrometheusExporter } from '../lib/exporter.ts';
import { queriesOf, readDashboard } from './dashboards.ts';
import { checkMetrics, testWith } from './programs.ts';
import { eventually, startPrometheus } from './prometheus-server.ts';
import type { PrometheusServer, Series } from './prometheus-server.ts';

const ops = fileURLToPath(new URL('../lib/ops/', import.meta.url));

/** Of `skill_duration_seconds`. */
const BOUNDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300];

interface Run {
  readonly skill: string;
  readonly completed: boolean;
  readonly seconds: number;
}

interface Anomaly {
  readonly type: string;
  readonly skill: string;
}

/** An exporter, and a second account of what it was told. */
interface Instance {
  readonly exporter: PrometheusExporter;
  /** As Prometheus has it in the label `instance`. */
  readonly address: string;
  readonly sessions: number;
  readonly rates: Figures;
  readonly runs: Run[];
  readonly anomalies: Anomaly[];
}

/** Numbers by a label's value, such as the skill's name. */
type Figures = Readonly<Record<string, number>>;

/** What `rate` makes of one run or anomaly: one, and a little more for the time that no scrape saw. */
type Weighted<Event> = Event & { readonly weight: number };

testWith(['prometheus', 'promtool'], 'a real Prometheus scrapes two exporters', async (t) => {
  const instances = [
    await startInstance(5, { lint: 0.9, build: 0.5, train: 1, zip: 0.75 }),
    await startInstance(2, { lint: 0.8, build: 0.6, train: 1, zip: 0.25 }),
  ];
  const [first, second] = instances as [Instance, Instance];
  // The same work once before Prometheus looks, and once while it does: a counter that has half its value
  // from before is not taken for one that began at 0 within the window.
  await work(first, 1);
  await work(second, 3);
  const earlier = instances.map(({ runs, anomalies }) => ({ runs: runs.length, anomalies: anomalies.length }));

  const directory = mkdtempSync(join(tmpdir(), 'promlet-prometheus-'));
  writeConfig(directory, instances);
  const prometheus = await startPrometheus(directory);
  t.after(async () => {
    await prometheus.stop();
    await Promise.all(instances.map(({ exporter }) => exporter.stop()));
    rmSync(directory, { recursive: true });
  });
  await eventually(async () => {
    assert.deepEqual(figures('{{instance}}', await prometheus.query('up{job="session-buddy"}')), { [first.address]: 1, [second.address]: 1 });
  });
  await work(first, 1);
  await work(second, 3);
  const recent = instances.map((instance, i) => ({
    ...instance,
    runs: instance.runs.slice(earlier[i]!.runs),
    anomalies: instance.anomalies.slice(earlier[i]!.anomalies),
  }));

  // A second ago, and no later: no scrape of that time is still under way, so all queries see the same, at the latest
  // when they are asked again.
  let at = 0;
  await eventually(async () => {
    at = Date.now() - 1000;
    const scraped = figures('{{instance}}', await prometheus.query('sum by (instance) (skill_invocations_total)', at));
    assert.deepEqual(scraped, { [first.address]: first.runs.length, [second.address]: second.runs.length });
    for (const times of Object.values(await scrapeTimes(prometheus, at))) assert.ok(times.length >= 4);
  });

  await t.test('every panel of the dashboard shows what both have recorded', () => eventually(async () => {
    const { p95, perSecond, anomaliesByType } = await expectedRates(prometheus, recent, at);
    assert.deepEqual(await dashboardFigures(prometheus, at), {
      'Completion rate by skill': Object.fromEntries(
        Object.keys(first.rates).map((skill) => [skill, rounded((first.rates[skill]! + second.rates[skill]!) / 2)]),
      ),
      'Duration by skill, 95th percentile': p95,
      'Invocations by skill': perSecond,
      'Active sessions': { 'Active sessions': first.sessions + second.sessions },
      'Anomalies by type, last hour': anomaliesByType,
    });
  }));

  await t.test('every recording rule records the same figures', async () => {
    // A rule may run while a scrape is under way that it does not see yet; the next run is another chance.
    await eventually(async () => {
      const [newest] = await prometheus.query('max(timestamp(skill_name:skill_invocations:rate5m))');
      const ranAt = Math.round(newest!.samples[0]!.value * 1000);
      const { p95, perSecond, successRatio, anomaliesByTypeAndSkill } = await expectedRates(prometheus, recent, ranAt);
      assert.deepEqual(await recordedFigures(prometheus, ranAt), {
        'skill_name:skill_duration_seconds:p95_rate5m': p95,
        'skill_name:skill_invocations:rate5m': perSecond,
        'skill_name:skill_invocations:success_ratio_rate5m': successRatio,
        'anomaly_type_skill_name:anomalies_detected:increase1h': anomaliesByTypeAndSkill,
      });
    });
  });

  await t.test('every alerting rule is loaded and well, and those are active whose condition holds', async () => {
    const rules = await rulesOf(prometheus, 'alerting');
    const shipped = [...readFileSync(join(ops, 'alerts.yml'), 'utf8').matchAll(/^ {6}- alert: (.+)$/gm)].map((match) => match[1]);
    assert.deepEqual(rules.map(({ name, health }) => [name, health]), shipped.map((name) => [name, 'ok']));
    await eventually(async () => {
      const { alerts } = (await prometheus.get('alerts')) as {
        alerts: { state: string; labels: Record<string, string>; annotations: Record<string, string> }[];
      };
      assert.deepEqual(alerts.map(({ state, labels, annotations }) => [state, labels['alertname'], annotations['summary']]).sort(), [
        // Seven on either side: only together they are more than ten.
        ['firing', 'SkillAnomalyRateHigh', 'Many anomalies in skill build'],
        ['pending', 'SkillCompletionRateLow', 'Skill build completes too rarely'],
        ['pending', 'SkillCompletionRateLow', 'Skill zip completes too rarely'],
      ]);
    });
  });

  await t.test('promtool accepts both scrapes; its one complaint is the name that was given', async () => {
    for (const { exporter } of instances) {
      const scrape = await fetch(`${exporter.url}/metrics`);
      assert.deepEqual(checkMetrics(await scrape.text()), {
        status: 3,
        complaints: ['active_sessions_total non-counter metrics should not have "_total" suffix'],
      });
    }
  });
});

async function startInstance(sessions: number, rates: Figures): Promise<Instance> {
  const exporter = await createExporter({ port: 0, host: '127.0.0.1' });
  exporter.updateActiveSessions(sessions);
  for (const [skill, rate] of Object.entries(rates)) exporter.updateCompletionRate(skill, rate);
  return { exporter, address: new URL(exporter.url!).host, sessions, rates, runs: [], anomalies: [] };
}

/** A round of work, some of it told and some of it done. */
async function work(instance: Instance, times: number): Promise<void> {
  const { exporter, runs, anomalies } = instance;
  const told = [
    { skill: 'lint', completed: true, seconds: 0.3 },
    { skill: 'lint', completed: true, seconds: 1.8 * times },
    { skill: 'build', completed: true, seconds: 45.2 },
    { skill: 'build', completed: times === 1, seconds: 40.3 * times },
    { skill: 'train', completed: false, seconds: 320 },
  ];
  for (const run of Array.from({ length: times }, () => told).flat()) {
    exporter.recordInvocation(run.skill, 'execution', run.completed, run.seconds);
    runs.push(run);
  }
  for (const data of ['a', 'b'.repeat(100_000), createHash('sha512').update('c').digest()]) {
    await track(instance, 'zip', () => gzipSync(data));
  }
  await track(instance, 'zip', () => JSON.parse('{"not": JSON') as unknown);
  for (const anomaly of [...Array<Anomaly>(7).fill({ type: 'spike', skill: 'build' }), { type: 'drop', skill: 'lint' }]) {
    exporter.recordAnomaly(anomaly.type, anomaly.skill);
    anomalies.push(anomaly);
  }
}

/** Lets the exporter time real work, and times it once more from outside. */
async function track({ exporter, runs }: Instance, skill: string, job: () => unknown): Promise<void> {
  const begin = performance.now();
  const completed = await exporter.trackInvocation(skill, 'execution', job).then(
    () => true,
    () => false,
  );
  runs.push({ skill, completed, seconds: (performance.now() - begin) / 1000 });
}

/** The shipped configuration, with our targets, and everything every second. */
function writeConfig(directory: string, instances: readonly Instance[]): void {
  const shipped = readFileSync(join(ops, 'prometheus.yml'), 'utf8');
  const config = shipped
    .replace(/^( *(?:scrape_interval|evaluation_interval|scrape_timeout)): 1[05]s/gm, '$1: 1s')
    .replace(/^( {6}- targets): \[localhost:9090\]$/m, `$1: [${instances.map(({ address }) => address).join(', ')}]`);
  writeFileSync(join(directory, 'prometheus.yml'), config);
  copyFileSync(join(ops, 'alerts.yml'), join(directory, 'alerts.yml'));
}

/** What each panel shows, by its title, each figure under the legend it has there, for all jobs and instances. */
async function dashboardFigures(prometheus: PrometheusServer, at: number): Promise<Record<string, Figures>> {
  const shown: Record<string, Figures> = {};
  for (const { title, expr, legendFormat, instant } of queriesOf(readDashboard(join(ops, 'dashboard.json')))) {
    const filled = expr.replaceAll('$__rate_interval', '5m').replaceAll('$job', '.+').replaceAll('$instance', '.+');
    shown[title] = figures(legendFormat, await (instant ? prometheus.query(filled, at) : prometheus.queryRange(filled, at)));
  }
  return shown;
}

async function recordedFigures(prometheus: PrometheusServer, at: number): Promise<Record<string, Figures>> {
  const recorded: Record<string, Figures> = {};
  for (const { name, health } of await rulesOf(prometheus, 'recording')) {
    assert.equal(health, 'ok', name);
    const legend = name.startsWith('anomaly_type_') ? '{{anomaly_type}} {{skill_name}}' : '{{skill_name}}';
    recorded[name] = figures(legend, await prometheus.query(name, at));
  }
  return recorded;
}

async function rulesOf(prometheus: PrometheusServer, type: string): Promise<{ type: string; name: string; health: string }[]> {
  const { groups } = (await prometheus.get('rules')) as { groups: { rules: { type: string; name: string; health: string }[] }[] };
  return groups.flatMap(({ rules }) => rules).filter((rule) => rule.type === type);
}

/** When each instance was scraped within five minutes, by its address. A scrape that failed has no samples of its own. */
async function scrapeTimes(prometheus: PrometheusServer, at: number): Promise<Record<string, number[]>> {
  const answer = await prometheus.query('active_sessions_total{job="session-buddy"}[5m]', at);
  return Object.fromEntries(answer.map(({ metric, samples }) => [metric['instance']!, samples.map(({ timeMs }) => timeMs)]));
}

/** The figures that follow from the runs and anomalies of all instances, and when these were scraped. */
async function expectedRates(prometheus: PrometheusServer, instances: readonly Instance[], at: number): Promise<Record<string, Figures>> {
  const scrapes = await scrapeTimes(prometheus, at);
  function weighted<Event>(events: readonly Event[], { address }: Instance, windowSeconds: number): Weighted<Event>[] {
    const weight = extension(scrapes[address]!, at - windowSeconds * 1000, at);
    return events.map((event) => ({ ...event, weight }));
  }
  const runs = instances.flatMap((instance) => weighted(instance.runs, instance, 300));
  const anomalies = instances.flatMap((instance) => weighted(instance.anomalies, instance, 3600));
  const skill = (run: Run | Anomaly): string => run.skill;
  return {
    p95: grouped(runs, skill, (some) => quantile(0.95, some)),
    perSecond: grouped(runs, skill, (some) => total(some) / 300),
    successRatio: grouped(runs, skill, (some) => total(some.filter(({ completed }) => completed)) / total(some)),
    anomaliesByType: grouped(anomalies, ({ type }) => type, total),
    anomaliesByTypeAndSkill: grouped(anomalies, ({ type, skill }) => `${type} ${skill}`, total),
  };
}

/**
 * How much more than it saw `rate` takes a counter to have grown. It extends the growth from first to last
 * scrape as far as the window goes, but by half an interval where that is more than an interval away.
 */
function extension(times: readonly number[], from: number, to: number): number {
  const seen = times.at(-1)! - times[0]!;
  const interval = seen / (times.length - 1);
  const reach = (gap: number): number => (gap < interval * 1.1 ? gap : interval / 2);
  return (seen + reach(times[0]! - from) + reach(to - times.at(-1)!)) / seen;
}

/** As `histogram_quantile` finds it: along a straight line through the bucket that the rank falls into. */
function quantile(rank: number, runs: readonly Weighted<Run>[]): number {
  let missing = rank * total(runs);
  let lower = 0;
  for (const upper of BOUNDS) {
    const inside = total(runs.filter(({ seconds }) => seconds > lower && seconds <= upper));
    if (inside >= missing) return lower + (upper - lower) * (missing / inside);
    missing -= inside;
    lower = upper;
  }
  return lower;
}

function total(events: readonly Weighted<unknown>[]): number {
  return events.reduce((sum, { weight }) => sum + weight, 0);
}

function grouped<Event>(events: readonly Event[], by: (event: Event) => string, figure: (events: readonly Event[]) => number): Figures {
  const groups = new Map<string, Event[]>();
  for (const event of events) groups.set(by(event), [...(groups.get(by(event)) ?? []), event]);
  return Object.fromEntries([...groups].map(([key, some]) => [key, rounded(figure(some))]));
}

/** An answer's newest values by their legends, such as `{{skill_name}}`. */
function figures(legend: string, answer: readonly Series[]): Figures {
  return Object.fromEntries(
    answer.map(({ metric, samples }) => [legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? ''), rounded(samples.at(-1)!.value)]),
  );
}

/** Sums that were added up in another order agree in this. */
function rounded(value: number): number {
  return Number(value.toPrecision(9));
}
