// One fresh process: measures one subject of one case, and prints the figures as its last line. Or checks all
// of a question before it is asked, where a process for each would take longer than the checks.

import type { Scale } from './harness.ts';
import { QUESTIONS } from './questions.ts';

export interface Variant {
  readonly name: string;
  readonly subject: string;
}

/** What the process is told, as JSON in its first argument. */
export interface Order {
  readonly act: 'check' | 'measure';
  readonly question: string;
  readonly variants: readonly Variant[];
  readonly scale: Scale;
}

const { act, question, variants, scale } = JSON.parse(process.argv[2]!) as Order;
const asked = await QUESTIONS[question]!();
for (const { name, subject } of variants) {
  if (act === 'check') await asked.check!(name, subject);
  else process.stdout.write(`\n${JSON.stringify(await asked.measure(name, subject, scale))}\n`);
}
process.exit();
