// The declarations of an entry point as one file: what it exports, and what that needs, from the files that the
// compiler wrote. Reads their text as the compiler lays it out: a statement's first keyword stands at the margin.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

interface Declaration {
  readonly name: string;
  readonly file: string;
  /** With its comment, and without `export`. */
  readonly text: string;
}

interface Found {
  readonly declarations: Map<string, Declaration>;
  /** What is imported from modules of the engine's own: by name, the module. */
  readonly imports: Map<string, string>;
  readonly visited: Set<string>;
}

const LIST = /^(import|export) (?:type )?\{([^}]*)\} from '([^']+)';$/;
const DECLARED = /^(?:export )?(?:declare )?(?:abstract )?(?:class|interface|type|function|const) (\w+)/m;

/** @param files - The entry points' declarations; all that they export is exported. */
export function bundledDeclarations(files: readonly string[]): string {
  const found: Found = { declarations: new Map(), imports: new Map(), visited: new Set() };
  const exported = files.flatMap((file) => read(file, found));
  const needed = new Set<string>();
  exported.forEach((name) => need(name, found, needed));
  const kept = [...found.declarations.values()].filter(({ name }) => needed.has(name)).map(({ text }) => text);
  const imports = [...found.imports].filter(([name]) => needed.has(name)).map(([name, from]) => `import type { ${name} } from '${from}';`);
  return [...imports.sort(), ...kept, `export { ${[...new Set(exported)].sort().join(', ')} };\n`].join('\n');
}

/** Takes in the declarations of a file and of those it imports. Returns what it exports. */
function read(file: string, found: Found): string[] {
  const exported: string[] = [];
  const isNew = !found.visited.has(file);
  found.visited.add(file);
  for (const statement of statements(readFileSync(file, 'utf8'))) {
    const [, kind, list, from] = LIST.exec(statement) ?? [];
    if (kind === 'export') exported.push(...names(list!));
    if (from?.startsWith('node:')) for (const name of names(list!)) found.imports.set(name, from);
    else if (from !== undefined) read(join(dirname(file), from.replace(/\.ts$/, '.d.ts')), found);
    if (kind !== undefined || statement === 'export {};') continue;
    const name = DECLARED.exec(statement)?.[1];
    if (name === undefined) throw new Error(`${file}: a statement of no known kind: ${statement}`);
    if (/^export /m.test(statement)) exported.push(name);
    if (isNew) declare({ name, file, text: statement.replace(/^export (?=declare |interface |type |abstract )/m, '') }, found);
  }
  return exported;
}

// A class and an interface of one name, in one file, are one declaration in two parts.
function declare(declaration: Declaration, { declarations }: Found): void {
  const { name, file, text } = declaration;
  const before = declarations.get(name);
  if (before !== undefined && before.file !== file) throw new Error(`${file}: ${name} is declared elsewhere too, and one file can have it only once`);
  declarations.set(name, before === undefined ? declaration : { name, file, text: `${before.text}\n${text}` });
}

// What stands in comments is taken for a need as well: one declaration too many does no harm.
function need(name: string, found: Found, needed: Set<string>): void {
  if (needed.has(name)) return;
  needed.add(name);
  const text = found.declarations.get(name)?.text.replace(/\/\*\*[^]*?\*\//g, '') ?? '';
  for (const [word] of text.matchAll(/\b[A-Za-z]\w*\b/g)) {
    if (found.declarations.has(word) || found.imports.has(word)) need(word, found, needed);
  }
}

function names(list: string): string[] {
  if (/\bas\b/.test(list)) throw new Error(`a name is changed on its way: ${list}`);
  return list.split(',').map((name) => name.trim()).filter((name) => name !== '');
}

function statements(text: string): string[] {
  return text.split(STATEMENT).map((statement) => statement.trimEnd());
}

// Where one begins: at its keyword, or at the comment that stands before it.
const STATEMENT = /^(?:(?=\/\*\*(?:[^*]|\*(?!\/))*\*\/\n(?:import|export|declare|interface|type|abstract) )|(?<!\*\/\n)(?=(?:import|export|declare|interface|type|abstract) ))/m;
