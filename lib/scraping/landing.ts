// The page at `/`, for people who open the exporter's address in a browser.

/** A small page that says what this is and links to the metrics. */
export function landingPage(title: string, path: string): string {
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
