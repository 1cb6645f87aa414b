// What a scrape does with a registry, without serving it: checks of collectors of your own, and plain data.

export { checked } from './scraping/checked.ts';
export { snapshot } from './scraping/snapshot.ts';
