// Tells the series of one family apart by their labels.

import type { LabelList } from './line.ts';
import { LONG } from './scanner.ts';

/**
 * Keys of label lists: equal for the same labels, in whatever order and spelling, and for no others. An empty label
 * counts as absent. Text format, "Grouping and sorting"; data model, "Metric names and labels".
 */
export class SeriesKeys {
  private readonly except: string | undefined;
  // Those of the first series, whose order all keys have.
  private names: readonly string[] | undefined;
  private places: ReadonlyMap<string, number> | undefined;
  private readonly lastNames: string[] = [];
  private readonly lastValues: string[] = [];
  private pieces: Map<string, number> | undefined;

  /** @param except - A label to leave out, such as `le`. */
  constructor(except?: string) {
    this.except = except;
  }

  /** Whether the labels are those of the last key in the same order. Those in another order have the same key. */
  isLast({ names, values }: LabelList): boolean {
    const { except, lastNames, lastValues } = this;
    let at = 0;
    for (let i = 0; i < names.length; i++) {
      if (names[i] === except) continue;
      if (names[i] !== lastNames[at] || values[i] !== lastValues[at]) return false;
      at++;
    }
    return at === lastNames.length;
  }

  keyOf(list: LabelList): string {
    this.remember(list);
    const key = this.fullKeyOf(list);
    return key.length > LONG ? this.shortened(key) : key;
  }

  private fullKeyOf(list: LabelList): string {
    const { names, values } = list;
    if (names.length === 0) return '';
    // Nearly all labels are written as a key is, and then their own text is the key: building one for each line took
    // as long as all the rest of parsing.
    if (this.isInOrder(list) && list.isPlain()) {
      this.names ??= names.slice();
      return list.written();
    }

    const own = names.map((name, at) => ({ name, value: values[at]! })).filter(({ name, value }) => name !== this.except && value !== '');
    const first = (this.names ??= own.map(({ name }) => name));
    const places = (this.places ??= new Map(first.map((name, place) => [name, place])));
    // Names that the first series does not have come last.
    const placeOf = (name: string): number => places.get(name) ?? first.length;
    own.sort((a, b) => placeOf(a.name) - placeOf(b.name) || (a.name < b.name ? -1 : 1));
    const pairs = own.map(({ name, value }) => `${spelled(name)}="${value.replace(/["\\]/g, '\\$&')}"`);
    return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  }

  /** The numbers of the key's pieces, which are looked up faster; see `LONG`. */
  private shortened(key: string): string {
    const pieces = (this.pieces ??= new Map());
    let short = '';
    for (let at = 0; at < key.length; at += LONG) {
      const piece = key.slice(at, at + LONG);
      if (!pieces.has(piece)) pieces.set(piece, pieces.size);
      short += `${pieces.get(piece)} `;
    }
    return short;
  }

  private remember({ names, values }: LabelList): void {
    const { except, lastNames, lastValues } = this;
    lastNames.length = 0;
    lastValues.length = 0;
    for (let i = 0; i < names.length; i++) {
      if (names[i] === except) continue;
      lastNames.push(names[i]!);
      lastValues.push(values[i]!);
    }
  }

  private isInOrder({ names, values }: LabelList): boolean {
    const { except, names: first } = this;
    if (first !== undefined && names.length !== first.length) return false;
    for (let i = 0; i < names.length; i++) {
      if (values[i] === '' || names[i] === except || (first !== undefined && names[i] !== first[i])) return false;
    }
    return true;
  }
}

function spelled(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}
