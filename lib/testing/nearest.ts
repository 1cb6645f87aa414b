// The series, or the name, that was most likely meant where there is none of that name and those labels.

import { show } from '../core/errors.ts';
import type { Labels } from '../core/model.ts';
import { likeness } from '../core/options.ts';
import { sampleText } from './samples.ts';
import type { ShownSample } from './samples.ts';

interface Series {
  readonly name: string;
  readonly labels: Labels;
}

// More are not looked at: a message need not be perfect, and a test may hold 100 000 series.
const MOST = 10_000;

/** Why it is not there, and what is: `no such series; nearest: jobs_total{queue="print"} 1, whose queue is "print"`. */
export function nearestText(wanted: Series, shown: readonly ShownSample[]): string {
  const ofName = shown.filter(({ name }) => name === wanted.name).slice(0, MOST);
  if (ofName.length > 0) {
    const nearest = best(ofName, ({ labels }) => labelLikeness(wanted.labels, labels));
    return `no such series; nearest: ${sampleText(nearest)}, ${labelDifference(wanted.labels, nearest.labels)}`;
  }
  const name = nearestName(wanted.name, shown.map((each) => each.name));
  if (name === undefined) return 'no such series; none is shown';
  const nearest = best(shown.filter((each) => each.name === name).slice(0, MOST), ({ labels }) => labelLikeness(wanted.labels, labels));
  return `no series of this name; nearest: ${sampleText(nearest)}`;
}

/** The name most like it; undefined where there are none. */
export function nearestName(name: string, known: Iterable<string>): string | undefined {
  const names = [...new Set(known)];
  return names.length === 0 ? undefined : best(names, (each) => likeness(name, each));
}

function best<T>(all: readonly T[], goodnessOf: (each: T) => number): T {
  let found = all[0] as T;
  let goodness = -Infinity;
  for (const each of all) {
    const its = goodnessOf(each);
    if (its <= goodness) continue;
    goodness = its;
    found = each;
  }
  return found;
}

// A label that is the same counts 1, and one of a like value nearly as much as their likeness.
function labelLikeness(wanted: Labels, labels: Labels): number {
  const names = new Set([...Object.keys(wanted), ...Object.keys(labels)]);
  return [...names].reduce((sum, name) => {
    const [one, other] = [wanted[name] ?? '', labels[name] ?? ''];
    return sum + (one === other ? 1 : one === '' || other === '' ? -1 : likeness(one, other) / 4);
  }, 0);
}

function labelDifference(wanted: Labels, labels: Labels): string {
  const parts = [...new Set([...Object.keys(wanted), ...Object.keys(labels)])]
    .filter((name) => (wanted[name] ?? '') !== (labels[name] ?? ''))
    .map((name) => ((labels[name] ?? '') === '' ? `which has no ${name}` : `whose ${name} is ${show(labels[name])}`));
  return parts.length === 0 ? 'which is there' : parts.join(' and ');
}
