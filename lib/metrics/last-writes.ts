// When each series was last written to, for instruments that forget those which nobody writes to any more.
// Sets no timer: looks at the clock when it is asked.

/** A place in the order of the last writes. Series take theirs with the first write, so that others pay nothing. */
export interface Written<S> {
  writtenMs?: number;
  earlier?: S | undefined;
  later?: S | undefined;
}

/** A ring of series, the longest unwritten first: nobody searches for what has expired. */
export class LastWrites<S extends Written<S>> {
  private readonly ttlMs: number;
  /** Stands between the last and the first. */
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
