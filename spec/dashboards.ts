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
}

export interface Dashboard extends Record<string, unknown> {
  readonly templating: {
    readonly list: readonly (Readonly<Record<'name' | 'type', string>> & {
      readonly query: string | { readonly query: string };
      readonly datasource?: DataSource;
      readonly multi: boolean;
      readonly includeAll: boolean;
    })[];
  };
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
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
