// Which requests are not measured at all, such as those of the scraper.

import type { Complaints } from './given.ts';

type Asked = { readonly url?: string | undefined };

/** @param given - Paths, without a query; or a function that returns true for what to leave out. */
export function ignoring<Request extends Asked>(given: readonly string[] | ((request: Request) => unknown) | undefined, complaints: Complaints): (request: Request) => boolean {
  if (given === undefined) return () => false;
  if (typeof given === 'function') {
    return (request) => {
      try {
        return given(request) === true;
      } catch (cause) {
        complaints.threw('ignore', 'the request is measured', cause);
        return false;
      }
    };
  }
  const paths = new Set(given);
  return ({ url = '' }) => {
    const end = url.indexOf('?');
    return paths.has(end < 0 ? url : url.slice(0, end));
  };
}
