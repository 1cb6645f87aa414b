// The page at `/`, for people who open the exporter's address in a browser.

import { answerOf } from './answer.ts';
import type { Answer } from './answer.ts';

// The page needs its own style and nothing else.
const PAGE_HEADERS = {
  'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
} as const;

/** A small page that says what this is and links to the metrics. */
export function landingPage(title: string, path: string): Answer {
  return answerOf(200, 'text/html; charset=utf-8', [new TextEncoder().encode(pageHtml(title, path))], PAGE_HEADERS);
}

function pageHtml(title: string, path: string): string {
  const shown = escapeHtml(title);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${shown}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }</style>
<h1>${shown}</h1>
<p>This is a Prometheus exporter. Its metrics are at <a href="${escapeHtml(path)}">${escapeHtml(path)}</a>,
in a text format that Prometheus scrapes and people can read.</p>
`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escapeHtml(given: string): string {
  return given.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
