// A Grafana dashboard as specs read it.

import { readFileSync } from 'node:fs';

interface DataSource {
  readonly type: string;
  readonly uid: string;
}

interface Target {
  readonly datasource: DataSource;
  readonly expr: string;
  readonly legendFormat: string;
  readonly instant: boolean;
  readonly range: boolean;
  /** The least step, of which `$__rate_interval` is four at least. */
  readonly interval?: string;
}

export interface Dashboard extends Record<string, unknown> {
  readonly templating: {
    readonly list: readonly (Readonly<Record<'name' | 'type', string>> & {
      readonly query: string | { readonly query: string };
      readonly datasource?: DataSource;
      readonly label: string;
      readonly refresh: number;
      readonly multi: boolean;
      readonly includeAll: boolean;
      readonly allValue?: string;
    })[];
  };
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly description?: string;
    readonly fieldConfig?: { readonly defaults: Readonly<Record<string, unknown>> };
    readonly datasource?: DataSource;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    /** None in a row, which is a heading. */
    readonly targets?: readonly Target[];
  }[];
}

export function readDashboard(path: string): Dashboard {
  return JSON.parse(readFileSync(path, 'utf8')) as Dashboard;
}

/** Every query, with the panel that it is in. */
export function queriesOf({ panels }: Dashboard): (Target & { readonly title: string; readonly type: string })[] {
  return panels.flatMap(({ title, type, targets = [] }) => targets.map((target) => ({ ...target, title, type })));
}

/** Units of Grafana's that these dashboards use. */
const UNITS: readonly unknown[] = ['short', 'percentunit', 'bytes', 'Bps', 's', 'reqps', 'ops'];

/**
 * What Grafana's dashboard-linter would complain of, by its own rules: every metric is asked for by job and instance,
 * which are chosen at the top; rates go by the interval of scrapes; counters are never shown as they are; panels say
 * what they show, and in what unit.
 */
export function complaints({ panels, templating, editable }: Dashboard): string[] {
  const found: string[] = [];
  const complain = (isRight: boolean, complaint: string): void => void (isRight || found.push(complaint));
  const variable = (name: string) => templating.list.find((each) => each.name === name);
  const { type, label } = variable('datasource') ?? {};
  complain(type === 'datasource' && label === 'Data source', 'template-datasource-rule');
  for (const [name, title] of [['job', 'Job'], ['instance', 'Instance']] as const) {
    const { type, label, multi, allValue, refresh, datasource } = variable(name) ?? {};
    complain(type === 'query' && label === title && multi === true && datasource?.uid === '${datasource}', `template-${name}-rule`);
    complain(allValue === '.+', `template-${name}-rule: allValue`);
    complain(refresh === 2, `template-on-time-change-reload-rule: ${name}`);
  }
  for (const { type, title, description, datasource, fieldConfig, targets = [] } of panels.filter((panel) => panel.type !== 'row')) {
    complain(datasource?.uid === '${datasource}', `panel-datasource-rule: ${title}`);
    complain(title !== '' && (description ?? '') !== '', `panel-title-description-rule: ${title}`);
    complain(UNITS.includes(fieldConfig?.defaults['unit']), `panel-units-rule: ${title}: ${type}`);
    complain(targets.length > 0, `panel-no-targets-rule: ${title}`);
    for (const { expr } of targets) {
      const selectors = [...expr.matchAll(/([\w:]+)\{([^}]*)\}(\[[^\]]*\])?/g)];
      for (const name of ['job', 'instance']) complain(selectors.every(([, , matchers]) => matchers!.includes(`${name}=~"$${name}"`)), `target-${name}-rule: ${title}`);
      complain(!/\bi?rate\([^[]*\[(?!\$__rate_interval\])/.test(expr), `target-rate-interval-rule: ${title}`);
      for (const [selector, name] of selectors) complain(!name!.endsWith('_total') || /\b(?:i?rate|increase)\($/.test(expr.slice(0, expr.indexOf(selector))), `target-counter-agg-rule: ${name}`);
    }
  }
  complain(editable === false, 'uneditable-dashboard-rule');
  return found;
}
