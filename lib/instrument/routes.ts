// Which route a request belongs to: what was set for it, what the caller's function says, or what the framework's
// objects show. Never a path as it came.

import { BoundedValues } from './given.ts';
import type { Complaints } from './given.ts';
import { ExpressTemplates } from './express.ts';
import { routeSetOn } from './set-route.ts';

/** What all requests share that matched no route, or whose route is not known. */
export const UNMATCHED = 'unmatched';

type RouteFunction = (request: never, other: never) => unknown;

export class Routes {
  private readonly express = new ExpressTemplates();
  private readonly bound: BoundedValues;
  private readonly most: number;
  private readonly route: RouteFunction | undefined;
  private readonly complaints: Complaints;

  /** @param most - How many templates there may be. */
  constructor(route: RouteFunction | undefined, most: number, complaints: Complaints) {
    this.route = route;
    this.most = most;
    this.bound = new BoundedValues(most);
    this.complaints = complaints;
  }

  /** @param other - What the caller's function is given beside the request. */
  of(request: object, other: unknown): string {
    const template = routeSetOn(request) ?? this.given(request, other) ?? this.ofExpress(request);
    if (template === undefined || template === UNMATCHED) return UNMATCHED;
    if (this.bound.has(template)) return template;
    this.complaints.full('maxRoutes', this.most, `others are "${UNMATCHED}"`);
    return UNMATCHED;
  }

  // It looks into objects of others, and an error here would end the process: nobody catches those of channels.
  private ofExpress(request: object): string | undefined {
    try {
      return this.express.of(request);
    } catch {
      return undefined;
    }
  }

  private given(request: object, other: unknown): string | undefined {
    if (this.route === undefined) return undefined;
    try {
      const template = this.route(request as never, other as never);
      if (typeof template === 'string' && template !== '') return template;
      if (template !== undefined && template !== null && template !== '') this.complaints.returned('route', 'a string', INSTEAD, template);
    } catch (cause) {
      this.complaints.threw('route', INSTEAD, cause);
    }
    return undefined;
  }
}

const INSTEAD = 'it is looked for in the usual way';
