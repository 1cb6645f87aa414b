// Which requests are not measured at all, such as those of the scraper.

import type { Complaints } from './given.ts';

type Asked = { readonly url?: string | undefined };

/** @param given - Paths, without a query; or a function that returns true for what to leave out. */
export function ignoring<Request extends Asked>(given: readonly string[] | ((request: Request) => unknown) | undefined, complaints: Complaints): (request: Request) => boolean {
  if (given === undefined) return () => false;
  if (typeof given === 'function') {
    return (request) => {
      try {
        const answer = given(request);
        if (answer === true) return true;
        if (answer !== undefined && answer !== false) complaints.returned('ignore', 'true or false', INSTEAD, answer);
      } catch (cause) {
        complaints.threw('ignore', INSTEAD, cause);
      }
      return false;
    };
  }
  const paths = new Set(given);
  return ({ url = '' }) => {
    const end = url.indexOf('?');
    return paths.has(end < 0 ? url : url.slice(0, end));
  };
}

const INSTEAD = 'the request is measured';
