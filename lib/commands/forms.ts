// The files that `promlet vendor` writes, by name, as `.min.cjs` for what is minified and for require(). The package
// has the modules and their declarations; all other forms are made of these, which esbuild wrote.

import { withBody } from './banner.ts';

export type Kind = 'module' | 'commonjs' | 'script';

/** Gives the text of a file that was built; undefined where there is none. */
export type Built = (file: string) => string | undefined;

/** The name of a file of code. For a script there is none with the exporter, which is for Node. */
export function codeFile(kind: Kind, hasExporter: boolean, isMinified: boolean): string {
  return `promlet${hasExporter ? '-exporter' : ''}${kind === 'script' ? '.global' : ''}${isMinified ? '.min' : ''}${kind === 'commonjs' ? '.cjs' : '.js'}`;
}

/** The names of all files of code. */
export const CODE_FILES: readonly string[] = (['module', 'commonjs', 'script'] as const).flatMap((kind) =>
  [false, true].filter((hasExporter) => kind !== 'script' || !hasExporter).flatMap((hasExporter) => [false, true].map((isMinified) => codeFile(kind, hasExporter, isMinified))),
);

/** The name, or path, of the declarations that belong to a file of code. */
export function declarationsOf(path: string): string {
  return path.replace(/\.([cm]?)js$/, '.d.$1ts');
}

const NAME = /^(promlet(?:-exporter)?)(\.global)?(\.min)?\.(?:(c?js)|d\.c?ts)$/;

/**
 * The text of a file of code or of declarations.
 *
 * @param declarations - What the code says that its declarations are called; as it was built, unless given.
 */
export function vendoredFile(file: string, built: Built, declarations: string = declarationsOf(file)): string | undefined {
  const [, product, global, minified = '', ending] = NAME.exec(file) ?? [];
  const source = product === undefined ? undefined : built(`${product}${ending === undefined ? '.d.ts' : `${minified}.js`}`);
  if (source === undefined) return undefined;
  return withBody(source, file, (body) => {
    if (ending === undefined) return global === undefined ? body : `${body}export as namespace promlet;\n`;
    const [, code] = SELF_TYPES_LINE.exec(body) ?? [];
    if (code === undefined) throw new Error(`${file}: expected a first line that names the declarations`);
    return selfTypes(declarations) + (global !== undefined ? asScript(code) : ending === 'cjs' ? asCommonJs(code) : code);
  });
}

/** The line by which Deno finds the declarations. */
export function selfTypes(declarations: string): string {
  return `// @ts-self-types="./${declarations}"\n`;
}

const SELF_TYPES_LINE = /^\/\/ @ts-self-types="[^"]*"\n([^]*)$/;

/** What a file of code says that its declarations are called. */
export function declarationsIn(text: string): string | undefined {
  return /^\/\/ @ts-self-types="\.\/([\w.-]+)"$/m.exec(text)?.[1];
}

function asCommonJs(code: string): string {
  const { body, exported } = parted(code);
  return `'use strict';\n${withRequire(body)}module.exports = ${exported};\n`;
}

function asScript(code: string): string {
  const { body, exported } = parted(code);
  return `var promlet = (() => {\n'use strict';\n${body}return ${exported};\n})();\n`;
}

/** A module's code without its last statement, the list of exports, and that list as an object. */
function parted(code: string): { readonly body: string; readonly exported: string } {
  const [statement, list] = /export ?\{([^{}]*)\};?\s*$/.exec(code) ?? [];
  if (statement === undefined) throw new Error('expected a list of exports at the end');
  return { body: code.slice(0, -statement.length), exported: `{ ${properties(list!, ([local, name]) => `${name}: ${local}`)} }` };
}

/** Of the file that is written; nothing is required here. */
const REQUIRE = 'require';

function withRequire(body: string): string {
  return body.replace(/(?<=^|[;}])import ?(?:\{([^{}]*)\}|(?:\* as)? ?([\w$]+)) ?from ?("node:[\w/]+");/gm, (_, list: string | undefined, whole: string | undefined, module: string) => {
    const taken = whole ?? `{ ${properties(list!, ([name, local]) => `${name}: ${local}`)} }`;
    return `const ${taken} = ${REQUIRE}(${module});`;
  });
}

/** A list such as `a as b, c` as properties of an object; those that keep their name are short. */
function properties(list: string, write: (names: readonly [string, string]) => string): string {
  return list.trim().split(/\s*,\s*/).map((each) => {
    const [from, to = from] = each.split(' as ') as [string, string?];
    return from === to ? from : write([from, to]);
  }).join(', ');
}
