// Tells the series of one family apart by their labels.

import type { LabelList } from './labels.ts';

/**
 * Keys of label lists: equal only for the same labels, in whatever order and spelling. A label with an empty
 * value is one that is not there. Text format, "Grouping and sorting"; data model, "Metric names and labels".
 */
export class SeriesKeys {
  // The names of the first series in its order, and the place of each: keys have this order too.
  readonly #places = new Map<string, number>();
  #names: readonly string[] | undefined;

  /** @param except - A label to leave out, such as `le`. */
  keyOf(list: LabelList, except?: string): string {
    const { names, values } = list;
    if (names.length === 0) return '';
    // Where the labels are written as a key is, which nearly all are, their own text is the key: putting one
    // together for each took as long as all the rest of parsing.
    if (this.#isInOrder(list) && list.isPlain()) return list.written();

    const own = names.map((name, at) => ({ name, value: values[at]! })).filter(({ name, value }) => name !== except && value !== '');
    if (this.#names === undefined) {
      this.#names = own.map(({ name }) => name);
      for (const [place, name] of this.#names.entries()) this.#places.set(name, place);
    }
    own.sort((a, b) => this.#placeOf(a.name) - this.#placeOf(b.name) || (a.name < b.name ? -1 : 1));
    const pairs = own.map(({ name, value }) => `${spelled(name)}="${value.replace(/["\\]/g, '\\$&')}"`);
    return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  }

  #isInOrder({ names, values }: LabelList): boolean {
    if (names.length !== this.#names?.length) return false;
    for (let i = 0; i < names.length; i++) if (names[i] !== this.#names[i] || values[i] === '') return false;
    return true;
  }

  // Names that the first series does not have come after its own, in alphabetical order.
  #placeOf(name: string): number {
    return this.#places.get(name) ?? this.#places.size;
  }
}

function spelled(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}
