// One fresh process: checks or measures one subject of one case, and prints the figures as its last line.

import type { Scale } from './harness.ts';
import { QUESTIONS } from './questions.ts';

/** What the process is told, as JSON in its first argument. */
export interface Order {
  readonly act: 'check' | 'measure';
  readonly question: string;
  readonly name: string;
  readonly subject: string;
  readonly scale: Scale;
}

const { act, question, name, subject, scale } = JSON.parse(process.argv[2]!) as Order;
const asked = await QUESTIONS[question]!();
if (act === 'check') await asked.check?.(name, subject);
else process.stdout.write(`\n${JSON.stringify(await asked.measure(name, subject, scale))}\n`);
process.exit();
