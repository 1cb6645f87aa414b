// What specs have to know of rules and queries: matched as text, since nothing here needs a parser.

import assert from 'node:assert/strict';

/** The PromQL of one rule of a YAML file: the rest of the line, or the deeper lines below `expr: |`. */
export function expressionOf(rule: string): string {
  const match = /^ {8}expr: (?:\|\n((?: {10}.*\n)+)|(.+)$)/m.exec(rule);
  assert.ok(match, rule);
  return (match[1] ?? match[2])!;
}

/** The names left once strings, matchers, windows, label lists, functions and operators are taken away. */
export function metricNames(expression: string): string[] {
  const bare = expression
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]/g, '')
    .replace(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, '');
  const names = bare.match(/(?<![\w:.])[A-Za-z_:][\w:]*(?![\w:]|\s*\()/g) ?? [];
  return names.filter((name) => !['and', 'or', 'unless', 'bool'].includes(name));
}
