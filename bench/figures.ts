// All figures as the tables that `README.md` beside this file shows.

import { caption, cells } from './results.ts';
import type { QuestionResults, Results } from './results.ts';

/** Lines of Markdown: what was compared, then a table for each question. */
export function figures({ versions, skipped, questions }: Results): string {
  const compared = Object.entries(versions).map(([subject, version]) => `${subject} ${version}`);
  const absent = Object.entries(skipped).map(([subject, reason]) => `Not measured: ${subject}, ${reason}.`);
  return [`Compared: ${compared.join(', ')}.`, ...absent, ...Object.entries(questions).map(([name, asked]) => section(name, asked))].join('\n\n');
}

function section(name: string, asked: QuestionResults): string {
  const { node, cpu, cores, date } = asked;
  const [head, ...lines] = cells({ name, ...asked }, asked.rows).map((line) => `| ${line.join(' | ')} |`);
  return [`### \`${name}\``, '', `${caption({ name, ...asked }).replace('\n', ' ')}. Node ${node}, ${cpu}, ${cores} cores, ${date}.`, '', head, head!.replaceAll(/[^|]+/g, '---'), ...lines].join('\n');
}
