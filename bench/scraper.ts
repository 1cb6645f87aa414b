// The process that scrapes a host that another process is. Takes orders from its parent, one at a time.

import { scrape } from './scraping.ts';
import type { ScrapeOrder, ScrapeReport } from './scraping.ts';

/** What the parent hears. */
export type ScraperMessage = ScrapeReport | { readonly error: string };

process.on('message', (order: ScrapeOrder) => {
  void scrape(order)
    .catch((cause: unknown): ScraperMessage => ({ error: String(cause) }))
    .then((message) => process.send!(message));
});
process.on('disconnect', () => process.exit());
