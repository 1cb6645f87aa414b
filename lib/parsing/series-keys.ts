// Tells the series of one family apart by their labels.

import type { LabelList } from './labels.ts';

/**
 * Keys of label lists: equal only for the same labels, in whatever order and spelling. A label with an empty
 * value is one that is not there. Text format, "Grouping and sorting"; data model, "Metric names and labels".
 */
export class SeriesKeys {
  // The names of the first series in its order, which the keys of all series keep.
  #names: readonly string[] | undefined;
  #places: Map<string, number> | undefined;

  /** @param except - A label to leave out, such as `le`. */
  keyOf(list: LabelList, except?: string): string {
    const { names, values } = list;
    if (names.length === 0) return '';
    // Where the labels are written as a key is, which nearly all are, their own text is the key: putting one
    // together for each took as long as all the rest of parsing.
    if (this.#isInOrder(list, except) && list.isPlain()) {
      this.#names ??= names.slice();
      return list.written();
    }

    const own = names.map((name, at) => ({ name, value: values[at]! })).filter(({ name, value }) => name !== except && value !== '');
    this.#names ??= own.map(({ name }) => name);
    this.#places ??= new Map(this.#names.map((name, place) => [name, place]));
    // Names that the first series does not have come after its own.
    const placeOf = (name: string): number => this.#places!.get(name) ?? names.length + this.#names!.length;
    own.sort((a, b) => placeOf(a.name) - placeOf(b.name) || (a.name < b.name ? -1 : 1));
    const pairs = own.map(({ name, value }) => `${spelled(name)}="${value.replace(/["\\]/g, '\\$&')}"`);
    return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  }

  #isInOrder({ names, values }: LabelList, except: string | undefined): boolean {
    if (this.#names !== undefined && names.length !== this.#names.length) return false;
    for (let i = 0; i < names.length; i++) {
      if (values[i] === '' || names[i] === except || (this.#names !== undefined && names[i] !== this.#names[i])) return false;
    }
    return true;
  }
}

function spelled(name: string): string {
  return /^\w+$/.test(name) ? name : JSON.stringify(name);
}
