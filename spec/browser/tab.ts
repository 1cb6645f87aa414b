// A tab in the distribution's Chromium, as the specs of the live page need it. The browser is the one on the PATH, or
// that of `.ci/chromium`; what drives it is installed by `npm ci --prefix spec/browser`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is used of puppeteer's page. Its own types are installed with it, and not for all. */
export interface Tab {
  goto(url: string): Promise<unknown>;
  evaluate<Result, Given extends readonly unknown[]>(work: string | ((...given: Given) => Result), ...given: Given): Promise<Awaited<Result>>;
  waitForFunction(condition: string, options?: { readonly timeout?: number; readonly polling?: number }): Promise<unknown>;
  setViewport(size: { readonly width: number; readonly height: number; readonly deviceScaleFactor?: number }): Promise<void>;
  emulateMediaFeatures(features: readonly { readonly name: string; readonly value: string }[]): Promise<void>;
  authenticate(credentials: { readonly username: string; readonly password: string } | null): Promise<void>;
  screenshot(options?: object): Promise<Uint8Array>;
  bringToFront(): Promise<void>;
  focus(selector: string): Promise<void>;
  click(selector: string): Promise<void>;
  hover(selector: string): Promise<void>;
  type(selector: string, text: string): Promise<void>;
  on(event: string, heard: (given: never) => void): void;
  createCDPSession(): Promise<{ send(method: string, given: object): Promise<unknown> }>;
  close(): Promise<void>;
  readonly tracing: { start(options: { readonly categories: readonly string[] }): Promise<void>; stop(): Promise<Uint8Array> };
  readonly keyboard: { press(key: string): Promise<void> };
  readonly mouse: { move(x: number, y: number): Promise<void>; wheel(by: { readonly deltaY: number }): Promise<void> };
}

export interface Browser {
  tab(): Promise<Tab>;
  close(): Promise<void>;
}

interface Driver {
  launch(options: object): Promise<{ newPage(): Promise<Tab>; close(): Promise<void> }>;
}

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--force-color-profile=srgb'];

export async function openBrowser(): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'promlet-browser-'));
  const driver = (createRequire(import.meta.url)('puppeteer-core') as { default?: Driver }) as Driver;
  const browser = await driver.launch({ executablePath: executable(), timeout: 120_000, args: FLAGS, userDataDir: profile, acceptInsecureCerts: true });
  return {
    tab: () => browser.newPage(),
    async close() {
      await browser.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

function executable(): string {
  const [path] = execFileSync('sh', ['-c', 'command -v chromium || command -v google-chrome || command -v chrome'], { encoding: 'utf8' }).split('\n');
  return path!;
}

/** A text as Prometheus' labels may have it, in a selector. */
export function card(family: string): string {
  return `[data-family=${JSON.stringify(family)}]`;
}

export interface ShownFamily {
  readonly type: string;
  readonly now: string;
  readonly value: number;
  readonly note: string;
  readonly stale: string;
  /** The rows of its legend: a name, and for each cell its number. */
  readonly rows: readonly (readonly [name: string, ...values: number[]])[];
  readonly reading: string;
}

/** What a card shows. */
export async function shown(tab: Tab, family: string): Promise<ShownFamily> {
  return (await tab.evaluate(`(() => {
    const card = document.querySelector(${JSON.stringify(card(family))});
    const text = (selector) => card.querySelector(selector)?.textContent ?? '';
    return {
      type: card.dataset.type, now: text('.now'), value: Number(card.querySelector('.now').value), note: text('.note'),
      stale: card.querySelector('.stale').hidden ? '' : text('.stale'),
      rows: [...card.querySelectorAll('.legend:not([hidden]) tbody tr')].map((row) => [row.firstChild.textContent, ...[...row.querySelectorAll('data')].map(({ value }) => Number(value))]),
      reading: card.querySelector('.plot')?.getAttribute('aria-valuetext') ?? '',
    };
  })()`)) as ShownFamily;
}

/** Waits until the page has taken so many answers in all, and has drawn them: a card is drawn in the frame after it is laid out. */
export async function answers(tab: Tab, count: number): Promise<void> {
  await tab.waitForFunction(`Number(document.querySelector('.status')?.dataset.answers ?? 0) >= ${count}`, { polling: 50, timeout: 60_000 });
  await tab.evaluate(`(async () => { for (let i = 0; i < 4; i++) await new Promise((resolve) => requestAnimationFrame(resolve)); })()`);
}
