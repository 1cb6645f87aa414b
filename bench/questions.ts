// The questions by name. Loaded one by one, so that a process holds no more than what it measures.

import type { Question } from './harness.ts';

export const QUESTIONS: Readonly<Record<string, () => Promise<Question>>> = {
  serialise: async () => (await import('./serialise.ts')).serialise,
  'first-scrape': async () => (await import('./first-scrape.ts')).firstScrape,
  languages: async () => (await import('./languages.ts')).languages,
  formats: async () => (await import('./formats.ts')).formats,
  record: async () => (await import('./record.ts')).record,
  native: async () => (await import('./native.ts')).native,
  memory: async () => (await import('./memory.ts')).memory,
  parse: async () => (await import('./parse.ts')).parsing,
  collectors: async () => (await import('./collectors.ts')).collectors,
  stall: async () => (await import('./stall.ts')).stall,
  'small-scrapes': async () => (await import('./small-scrapes.ts')).smallScrapes,
  http: async () => (await import('./http.ts')).http,
  process: async () => (await import('./process.ts')).processQuestion,
  instrument: async () => (await import('./instrument.ts')).instrument,
  cluster: async () => (await import('./cluster.ts')).clusterQuestion,
  growth: async () => (await import('./growth.ts')).growth,
  start: async () => (await import('./start.ts')).start,
  size: async () => (await import('./size.ts')).size,
};
