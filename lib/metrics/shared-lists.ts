// Lists of texts that are kept once, though many series have them. Most series of a metric differ in one label
// and have the rest of them in common: with 3 labels that was 64 bytes of the 340 that a counter took.

/** More than these are rarely met again, and would be kept for nothing. */
const MOST = 256;

export class SharedLists {
  // By their texts joined. Two lists may be the same when joined, so what is found is compared.
  private readonly lists = new Map<string, readonly string[]>();

  /** The list of the same texts that was seen before, or this one. */
  of(list: readonly string[]): readonly string[] {
    const key = list.join();
    const seen = this.lists.get(key);
    if (seen !== undefined && seen.length === list.length && seen.every((text, i) => text === list[i])) return seen;
    if (this.lists.size >= MOST) this.lists.clear();
    this.lists.set(key, list);
    return list;
  }
}
