// `npm run picture`: the picture of the live page that the guide shows, of the demo after two minutes, in both schemes
// and as a phone has it where a folder is named. Usage: picture.ts [FOLDER]

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Workload } from '../../lib/commands/workload.ts';
import { PrometheusExporter } from '../../lib/exporter.ts';
import { openBrowser } from './tab.ts';
import type { Tab } from './tab.ts';

const WAIT_MS = 115_000;
const PICTURE = fileURLToPath(new URL('../../lib/guide/live.png', import.meta.url));

const [folder] = process.argv.slice(2);
const stop = new AbortController();
const exporter = new PrometheusExporter({ port: 0, host: '127.0.0.1' });
await exporter.start();
const work = new Workload(exporter, stop.signal).run();
const browser = await openBrowser();

async function pictured(path: string, scheme: string, width: number, height: number): Promise<Tab> {
  const tab = await browser.tab();
  await tab.setViewport({ width, height, deviceScaleFactor: 1 });
  await tab.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  await tab.goto(exporter.url!);
  await after(WAIT_MS);
  writeFileSync(path, await tab.screenshot());
  return tab;
}

try {
  await pictured(PICTURE, 'light', 1180, 800);
  if (folder !== undefined) {
    await pictured(join(folder, 'dark.png'), 'dark', 1180, 800);
    await pictured(join(folder, 'phone.png'), 'light', 390, 1200);
  }
} finally {
  stop.abort();
  await Promise.all([browser.close(), exporter.stop(), work]);
}
