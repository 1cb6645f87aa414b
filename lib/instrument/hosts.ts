// What the hosts of outgoing requests are called. A service may send requests wherever its users like, so a host is
// shown only where it is one of a list, or a function of the caller's gave it a name.

import { BoundedValues, OTHER } from './given.ts';
import type { Complaints } from './given.ts';

/** Returns what a host is called; `undefined` for `other`. */
export type HostFunction = (host: string) => string | undefined;

const MOST_KEPT = 1_000;

export class Hosts {
  private readonly listed: ReadonlySet<string> | undefined;
  private readonly nameOf: HostFunction | undefined;
  private readonly bound: BoundedValues;
  private readonly most: number;
  private readonly complaints: Complaints;
  /** By host, as it was asked for. */
  private readonly known = new Map<string, string>();

  constructor(given: readonly string[] | HostFunction = [], most: number, complaints: Complaints) {
    if (typeof given === 'function') this.nameOf = given;
    else this.listed = new Set(given.map((host) => host.toLowerCase()));
    this.most = most;
    this.bound = new BoundedValues(most);
    this.complaints = complaints;
  }

  /** @param host - With its port, where that is not the protocol's own. */
  of(host: string): string {
    let name = this.known.get(host);
    if (name !== undefined) return name;
    name = this.listed ? this.inList(host.toLowerCase(), this.listed) : this.given(host.toLowerCase());
    // A function may answer anew each time; a list does not.
    if (this.listed && this.known.size < MOST_KEPT) this.known.set(host, name);
    return name;
  }

  private inList(host: string, listed: ReadonlySet<string>): string {
    if (listed.has(host)) return host;
    const name = host.replace(/:\d+$/, '');
    return listed.has(name) ? name : OTHER;
  }

  private given(host: string): string {
    try {
      const name: unknown = this.nameOf!(host);
      if (name === undefined || name === null || name === '') return OTHER;
      if (typeof name !== 'string') this.complaints.returned('hosts', 'a string', `"${OTHER}" is recorded`, name);
      else if (this.bound.has(name)) return name;
      else this.complaints.full('maxHosts', this.most, `others are "${OTHER}"`);
    } catch (cause) {
      this.complaints.threw('hosts', `"${OTHER}" is recorded`, cause);
    }
    return OTHER;
  }
}
