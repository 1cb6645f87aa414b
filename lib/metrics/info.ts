// Infos: facts that are shown as labels, such as the build's version.

import { fault } from '../core/errors.ts';
import type { InfoPoint } from '../core/model.ts';
import { InstrumentFamily } from './family.ts';
import { checkedSettings } from './options.ts';
import type { InstrumentOptions } from './options.ts';
import { replaceAll } from './replacing.ts';
import { Series } from './series.ts';
import type { Family } from './series.ts';
import type { LabelRules, RuledLabels, RuleOptions } from './signatures.ts';

export interface InfoOptions<Names extends string = never, Rules extends LabelRules = {}> extends Omit<InstrumentOptions<Names, Info<Names, Rules>, Rules>, 'unit'> {
  /**
   * What a group of processes shows of its members' facts: those that were set last, or those of each, with a label `member`. Alone, it changes nothing.
   *
   * @default 'latest'
   */
  readonly merge?: 'latest' | 'each';
}

/** One set of facts. */
export class InfoSeries extends Series<InfoSeries> implements InfoPoint {
  /** When they were last set, in milliseconds since the epoch. @internal */
  setMs: number;

  /** @internal */
  constructor(family: Family<InfoSeries>, labelValues: readonly string[], createdMs: number) {
    super(family, labelValues, createdMs);
    this.setMs = createdMs;
  }
}

/**
 * Shows facts as labels; its value is always 1. Its name ends in `_info`. Join it to other metrics in a query, instead
 * of putting such labels on all of them.
 */
export class Info<Names extends string = never, const Rules extends LabelRules = {}> extends InstrumentFamily<Names, InfoSeries, Rules> {
  declare readonly type: 'info';

  /**
   * Shows facts as labels, such as the build's version; its value is always 1.
   *
   * @example
   * ```ts
   * const build = registry.register(new Info({ name: 'build_info', help: 'What runs.', labelNames: ['version'] }));
   * build.set({ version: '1.2.3' });
   * ```
   *
   * @throws {MetricError} `ERR_METRIC_NAME` for a name without `_info` too; `ERR_LABEL_NAME`, `ERR_OPTION`
   */
  constructor(options: InfoOptions<Names, Rules> & RuleOptions<Rules>) {
    const settings = checkedSettings('Info', 'info', options, ['merge']);
    if (!/._info$/.test(options.name)) throw fault('ERR_METRIC_NAME', settings.subject, 'a name that ends in "_info"', options.name);
    // An info has no 0: only what is set is shown.
    super({ ...settings, isDeclared: settings.allNames.length === 0 });
    this.begin();
  }

  /** @internal */
  override create(labelValues: readonly string[], createdMs: number): InfoSeries {
    return new InfoSeries(this, labelValues, createdMs);
  }

  /**
   * Shows these facts, and no others from now on. Where several things have facts, such as each disk, use
   * `labels(...)`, which keeps the others. Labels that cannot be read change nothing, and are counted.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  set(labels: RuledLabels<Names, Rules>): void {
    this.replace([labels]);
  }

  /**
   * Shows these facts, and no others from now on: for those of several things, read from elsewhere all at once. No
   * scrape sees it half done.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries: Iterable<RuledLabels<Names, Rules>>): void {
    const setMs = this.wallClock();
    for (const [series] of replaceAll(this, [...entries].map((labels) => [labels, undefined] as const), () => true, '')) series.setMs = setMs;
  }

  /** Whether these facts are shown. */
  get(labels: RuledLabels<Names, Rules>): boolean {
    return this.peek(labels) !== undefined;
  }
}
