// The template of a request in Express 4 and 5. The route that answered knows its own path, as it was written; what
// its routers are mounted under is known to the layers that lead to it, while `baseUrl` has values in it. So the layers
// are walked, once for each route, and the templates found are kept with it.

import { layersOf, pathsOf } from './express-layers.ts';
import type { Layer } from './express-layers.ts';
import { joined, pathPattern } from './templates.ts';

interface ExpressRoute {
  readonly path: unknown;
}

interface ExpressApp {
  readonly mountpath?: unknown;
  readonly parent?: ExpressApp | undefined;
}

interface ExpressRequest {
  readonly route?: ExpressRoute;
  readonly app?: ExpressApp;
  readonly baseUrl?: string;
  readonly originalUrl?: string;
}

/** One way that leads to a route. */
interface Way {
  readonly template: string;
  /** Whether it leads through no mounted router or application. */
  readonly isAtTop: boolean;
  /** Of the paths that came by it. */
  readonly pattern: RegExp;
}

interface Ways {
  readonly list: Way[];
  /** The only template there is, for any request: nothing has to be compared. */
  readonly only: string | undefined;
  /** How often it may still be looked for ways, where their paths show only in a request. */
  looks: number;
}

// A path that no way fits would otherwise be searched for at each request.
const MOST_LOOKS = 32;
const MOST_WAYS = 64;

export class ExpressTemplates {
  private readonly known = new WeakMap<ExpressRoute, Ways>();

  /** The template; `undefined` where the request is none of Express, matched no route, or its template is not to be recovered. */
  of(request: object): string | undefined {
    const { route, app, baseUrl = '', originalUrl = '' } = request as ExpressRequest;
    if (route === undefined || app === undefined || typeof route !== 'object' || !('path' in route)) return undefined;
    let ways = this.known.get(route);
    if (ways?.only !== undefined && baseUrl === '') return ways.only;
    const path = pathOf(originalUrl);
    if (ways === undefined) this.known.set(route, (ways = waysTo(route, app, path)));
    // An application that is used by a router does not know where: then what is found is not all of it.
    const isWay = ({ isAtTop, pattern }: Way): boolean => (!isAtTop || baseUrl === '') && pattern.test(path);
    const found = ways.list.find(isWay);
    if (found !== undefined) return found.template;
    if (ways.looks-- <= 0 || ways.list.length >= MOST_WAYS) return undefined;
    const more = waysTo(route, app, path).list.filter(({ template }) => !ways.list.some((way) => way.template === template));
    ways.list.push(...more);
    return more.find(isWay)?.template;
  }
}

/** @param asked - The path of a request that came by one of them. */
function waysTo(route: ExpressRoute, app: ExpressApp, asked: string): Ways {
  const own = ownPaths(route.path);
  const bases = mountsOf(app);
  const mounts: string[] = [];
  for (const chain of chainsTo(route, layersOf(app), [])) mounts.push(...mountTemplates(chain, asked, bases));
  const list: Way[] = [];
  for (const mount of new Set(mounts)) {
    for (const path of own) {
      const template = joined(mount, String(path));
      // The framework has matched the route's own path; it is compared where there are several.
      const isWhole = own.length > 1 && typeof path === 'string';
      const pattern = pathPattern(isWhole ? template : mount, isWhole);
      if (pattern !== undefined && list.length < MOST_WAYS) list.push({ template, isAtTop: mount === '', pattern });
    }
  }
  // At the top of an application that is mounted nowhere, in no router: as most routes are.
  const isPlain = list.length === 1 && mounts.length === 1 && mounts[0] === '';
  return { list, only: isPlain ? list[0]!.template : undefined, looks: MOST_LOOKS };
}

function ownPaths(path: unknown): (string | RegExp)[] {
  return [path].flat(Infinity).filter((each): each is string | RegExp => typeof each === 'string' || each instanceof RegExp);
}

/** The paths that an application is mounted under, as they were written. */
function mountsOf({ mountpath, parent }: ExpressApp): string[] {
  if (parent === undefined || parent === null) return [''];
  const own = [mountpath].flat(Infinity).filter((each): each is string => typeof each === 'string');
  return mountsOf(parent).flatMap((base) => own.map((each) => base + joined('', each).replace(/^\/$/, '')));
}

/** The layers of routers that lead to a route, each way by itself. */
function* chainsTo(route: ExpressRoute, layers: readonly Layer[], before: readonly Layer[]): Iterable<readonly Layer[]> {
  for (const layer of layers) {
    if (layer.route === route) yield before;
    // A router may be mounted within itself.
    else if (layer.handle !== undefined && !before.includes(layer)) yield* chainsTo(route, layersOf(layer.handle), [...before, layer]);
  }
}

/** What a chain of layers is mounted under; none where a layer does not say, and the request does not show it. */
function mountTemplates(chain: readonly Layer[], asked: string, bases: readonly string[]): readonly string[] {
  let found = bases.map((template) => ({ template, rest: restAfter(template, asked) }));
  for (const layer of chain) {
    found = found.flatMap(({ template, rest }) => pathsOf(layer, rest).map((path) => ({ template: template + path.template, rest: path.rest })));
  }
  return found.map(({ template }) => template);
}

// What is left of a path for the routers of an application that is mounted.
function restAfter(template: string, asked: string): string {
  const match = template === '' ? null : pathPattern(template, false)?.exec(asked);
  return match ? asked.slice(match[0].length) : asked;
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
