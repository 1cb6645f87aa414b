// The page at `/`, for people who open the exporter's address in a browser: a plain one, or the live page, whose code
// is in a module of its own.

import { answerOf } from './answer.ts';
import type { Answer } from './answer.ts';

/** The live page as it was built: `{{title}}` and `{{path}}` stand for those of a server. */
export interface LivePage {
  readonly html: string;
  /** As a Content-Security-Policy has it. */
  readonly scriptHash: string;
  readonly styleHash: string;
}

const CLOSED = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const SAFE_HEADERS = { 'Referrer-Policy': 'no-referrer', 'X-Frame-Options': 'DENY' };

// The page needs its own style and nothing else.
const PAGE_HEADERS = { 'Content-Security-Policy': `default-src 'none'; style-src 'unsafe-inline'; ${CLOSED}`, ...SAFE_HEADERS };

/** A small page that says what this is and links to the metrics. */
export function landingPage(title: string, path: string): Answer {
  return answerOf(200, 'text/html; charset=utf-8', [new TextEncoder().encode(pageHtml(title, path))], PAGE_HEADERS);
}

/** The live page of a server: its text, and the headers that let it run its own script and ask its own server alone. */
export function livePage(page: LivePage, title: string, path: string): { readonly text: string; readonly headers: Readonly<Record<string, string>> } {
  const given: Readonly<Record<string, string>> = { '{{title}}': escapeHtml(title), '{{path}}': escapeHtml(path) };
  const policy = `default-src 'none'; script-src '${page.scriptHash}'; style-src '${page.styleHash}'; connect-src 'self'; img-src data:; ${CLOSED}; require-trusted-types-for 'script'; trusted-types 'none'`;
  return {
    text: page.html.replace(/\{\{(?:title|path)\}\}/g, (name) => given[name]!),
    headers: { 'Content-Security-Policy': policy, ...SAFE_HEADERS, Vary: 'Accept-Encoding' },
  };
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
