// For the tests of a program that has metrics: what they show, what a piece of code did to them, and whether they are
// named well and can be scraped. Needs no test runner, and fits each.

export { assertExposition } from './testing/exposition.ts';
export type { ExpositionOptions } from './testing/exposition.ts';
export { assertGoodPractice, lint } from './testing/linting.ts';
export type { GoodPracticeOptions } from './testing/linting.ts';
export type { Complaint } from './testing/rules.ts';
export { changes } from './testing/changes.ts';
export type { Changes, ChangesOptions, GaugeChange, HistogramChange, SummaryChange } from './testing/changes.ts';
export { eventually } from './testing/eventually.ts';
export type { EventuallyOptions, Predicate } from './testing/eventually.ts';
export { sampleValue } from './testing/sample-value.ts';
export { assertScrapable } from './testing/scrapable.ts';
export type { Scrapable, ScrapableOptions } from './testing/scrapable.ts';
export type { NodeHandler, RequestHandler } from './testing/asking.ts';
export { reference } from './testing/reference.ts';
export type { ReferenceOptions } from './testing/reference.ts';
