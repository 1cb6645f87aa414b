// Routes that are left out, or measured at one request of many.

import type { RouteRule } from './options.ts';

export class Sampling {
  private readonly rules: ReadonlyMap<string, { readonly every: number; count: number }>;

  constructor(rules: Readonly<Record<string, RouteRule>> = {}) {
    this.rules = new Map(Object.entries(rules).map(([route, rule]) => [route, { every: rule === false ? 0 : rule, count: 0 }]));
  }

  /** How many requests this one stands for; 0 where it is left out. */
  weightOf(route: string): number {
    if (this.rules.size === 0) return 1;
    const rule = this.rules.get(route);
    if (rule === undefined) return 1;
    if (rule.every === 0) return 0;
    // The first one counts at once, so that a route is seen soon.
    return rule.count++ % rule.every === 0 ? rule.every : 0;
  }
}
