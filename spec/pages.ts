// The README and the pages of the guide, and the blocks in them.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './user-project.ts';

export interface Page {
  /** From the top of the repository. */
  readonly file: string;
  readonly text: string;
}

export interface Block {
  readonly page: Page;
  readonly language: string;
  readonly code: string;
  /** The `text` block that follows, which is what the code shows. */
  readonly shown: string | undefined;
  /** For messages. */
  readonly name: string;
}

const GUIDE = 'lib/guide';

export const readme: Page = pageOf('README.md');
export const guide: readonly Page[] = readdirSync(join(root, GUIDE)).filter((file) => file.endsWith('.md')).sort().map((file) => pageOf(`${GUIDE}/${file}`));
export const pages: readonly Page[] = [readme, ...guide];

export const blocks: readonly Block[] = pages.flatMap(blocksOf);

export function blocksIn(...languages: readonly string[]): Block[] {
  return blocks.filter(({ language }) => languages.includes(language));
}

export function page(name: string): Page {
  return guide.find(({ file }) => file === `${GUIDE}/${name}`)!;
}

/** What a heading of a page stands for in a link. */
export function anchorsOf({ text }: Page): string[] {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!.toLowerCase().replaceAll(/[^\w\- ]/g, '').replaceAll(' ', '-'));
}

function pageOf(file: string): Page {
  return { file, text: readFileSync(join(root, file), 'utf8') };
}

function blocksOf(page: Page): Block[] {
  const found = [...page.text.matchAll(/^```(\w*)\n([^]*?)^```$/gm)];
  return found.map(([, language, code], i) => {
    const next = found[i + 1];
    const lines = code!.trim().split('\n');
    return {
      page,
      language: language!,
      code: code!,
      shown: language === 'ts' && next?.[1] === 'text' ? next[2] : undefined,
      name: `${page.file}, block ${i + 1}, which begins ${lines[1] ?? lines[0]}`,
    };
  });
}
