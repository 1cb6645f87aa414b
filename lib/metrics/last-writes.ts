// When each series was last written to, for instruments whose series expire. Sets no timer and reads no clock.

/** A link in the order of last writes. Series get these fields when they are first noted, so that others stay small. */
export interface Written<S> {
  writtenMs?: number;
  earlier?: S | undefined;
  later?: S | undefined;
}

/** A ring of series, the longest unwritten first, so that nobody has to search for expired ones. */
export class LastWrites<S extends Written<S>> {
  private readonly ttlMs: number;
  /** The link between the last series and the first. */
  private readonly end: S = {} as S;

  constructor(ttlSeconds: number) {
    this.ttlMs = ttlSeconds * 1000;
    this.end.earlier = this.end.later = this.end;
  }

  /** Takes the series to the end of the order. */
  note(series: S, nowMs: number): void {
    this.forget(series);
    const { end } = this;
    series.writtenMs = nowMs;
    series.earlier = end.earlier;
    end.earlier = end.earlier!.later = series;
    series.later = end;
  }

  forget(series: S): void {
    if (series.later === undefined) return;
    series.later.earlier = series.earlier;
    series.earlier!.later = series.later;
    series.earlier = series.later = undefined;
  }

  /** The series that was not written to for the longest time, if it has expired. */
  expired(nowMs: number): S | undefined {
    const { later } = this.end;
    return nowMs - later!.writtenMs! >= this.ttlMs ? later : undefined;
  }
}
