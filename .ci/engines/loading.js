// How long modules take to load, in milliseconds, as JSON: `node loading.js ./a.js ./b.js` loads them in that order.

import { readFileSync } from 'node:fs';

const files = process.argv.slice(2);
// All of them are in the page cache then, and the engine has loaded a module before.
for (const file of files) readFileSync(new URL(file, import.meta.url));
await import('data:text/javascript,export const nothing = 1');
const loadMs = {};
for (const file of files) {
  const begin = performance.now();
  await import(file);
  loadMs[file] = performance.now() - begin;
}
console.log(JSON.stringify(loadMs));
