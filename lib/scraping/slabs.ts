// Memory for the bodies of answers, lent and given back. Fresh memory for each would make the engine collect
// garbage in all of the heap, however little there is: at a million lines that took five times as long as the
// writing itself.

/** In bytes. */
const SLAB_SIZE = 256 * 1024;
/** How many are kept for later at most: 64 MiB. */
const MAX_KEPT = 256;

export class Slabs {
  readonly encoder: InstanceType<typeof TextEncoder> = new TextEncoder();
  private readonly kept: Uint8Array[] = [];

  lend(): Uint8Array {
    return this.kept.pop() ?? new Uint8Array(SLAB_SIZE);
  }

  /** Takes them back, to be written over. */
  takeBack(slabs: readonly Uint8Array[]): void {
    for (const slab of slabs) if (this.kept.length < MAX_KEPT) this.kept.push(slab);
  }
}

/** A body that grows by chunks, in lent memory. */
export class LentBody {
  private readonly slabs: Slabs;
  private readonly full: Uint8Array[] = [];
  private slab: Uint8Array;
  private used = 0;
  private isOver = false;

  constructor(slabs: Slabs) {
    this.slabs = slabs;
    this.slab = slabs.lend();
  }

  add(chunk: string | Uint8Array): void {
    if (typeof chunk !== 'string') return this.addBytes(chunk);
    for (let rest = chunk; ; ) {
      const { read, written } = this.slabs.encoder.encodeInto(rest, this.slab.subarray(this.used));
      this.used += written;
      if (read === rest.length) return;
      rest = rest.slice(read);
      this.next();
    }
  }

  private addBytes(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.used === this.slab.length) this.next();
      const part = bytes.subarray(at, at + this.slab.length - this.used);
      this.slab.set(part, this.used);
      this.used += part.length;
      at += part.length;
    }
  }

  private next(): void {
    this.full.push(this.slab.subarray(0, this.used));
    this.slab = this.slabs.lend();
    this.used = 0;
  }

  /** What was added. To be read before it is given back. */
  get parts(): readonly Uint8Array[] {
    return this.used === 0 ? this.full : [...this.full, this.slab.subarray(0, this.used)];
  }

  /**
   * What was added, to be held for a while: a copy where it fills little of one slab, which is given back at
   * once. A thousand slow readers of a few lines would else hold a slab each.
   */
  settled(): readonly Uint8Array[] {
    if (this.full.length > 0 || this.used > SLAB_SIZE / 4) return this.parts;
    const copies = this.parts.map((part) => part.slice());
    this.giveBack();
    return copies;
  }

  /** Gives the memory back: later bodies will stand in it. */
  giveBack(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.slabs.takeBack([...this.full, this.slab].map(({ buffer }) => new Uint8Array(buffer)));
  }
}
