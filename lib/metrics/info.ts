// Infos: facts that labels tell, such as the build's version.

import { MetricError, show } from '../core/errors.ts';
import { sampleStart } from '../core/labels.ts';
import type { InfoPoint } from '../core/model.ts';
import { InstrumentFamily } from './family.ts';
import type { InstrumentOptions } from './family.ts';
import { Series } from './series.ts';
import type { Family } from './series.ts';
import type { LabelValues } from './signatures.ts';

export interface InfoOptions<Names extends string = never> extends Omit<InstrumentOptions<Names, Info<Names>>, 'unit'> {}

/** One set of facts. */
export class InfoSeries extends Series<InfoSeries> implements InfoPoint {
  /** @internal */
  constructor(family: Family<InfoSeries>, labelValues: readonly string[]) {
    super(family, labelValues, sampleStart(family.name, family.labelNames, labelValues));
  }
}

/**
 * Tells facts by its labels; its value is always 1. Its name ends in `_info`. Join it to other metrics in a
 * query, instead of putting such labels on all of them.
 */
export class Info<Names extends string = never> extends InstrumentFamily<Names, InfoSeries> {
  readonly type: 'info';

  /** @throws {MetricError} `ERR_METRIC_NAME` for a name without `_info` too; `ERR_LABEL_NAME`, `ERR_OPTION` */
  constructor(options: InfoOptions<Names>) {
    super('Info', 'info', options, (family, labelValues) => new InfoSeries(family, labelValues));
    this.type = 'info';
    if (!/._info$/.test(this.name)) {
      throw new MetricError('ERR_METRIC_NAME', `Info ${show(this.name)}: expected a name that ends in "_info", got ${show(this.name)}`);
    }
  }

  /**
   * Shows these facts, and no others from now on. Where several things have facts, such as each disk, use
   * `labels(...)`, which keeps the others.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`
   */
  set(labels: LabelValues<Names>): void {
    this.replace([labels]);
  }

  /**
   * Shows these facts, and no others from now on: for those of several things, read from elsewhere all at once.
   *
   * @throws {MetricError} `ERR_LABELS`, `ERR_LABEL_VALUE`; then nothing has changed
   */
  replace(entries: Iterable<LabelValues<Names>>): void {
    this.replaceSeries([...entries].map((labels) => [labels, undefined] as const), () => true, '');
  }

  /** Whether these facts are shown. */
  get(labels: LabelValues<Names>): boolean {
    return this.peek(labels) !== undefined;
  }
}
