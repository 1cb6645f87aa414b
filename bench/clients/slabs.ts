// Memory that one scrape after another is written into.

const SIZE = 256 * 1024;

export class Slabs {
  private readonly slabs: Uint8Array[] = [];
  private readonly encoder = new TextEncoder();

  /** The chunks as bytes, to be read before the next are put there. */
  filled(chunks: Iterable<string | Uint8Array>): Uint8Array[] {
    const full: Uint8Array[] = [];
    let slab = this.slab(0);
    let used = 0;
    for (const chunk of chunks) {
      for (let rest = chunk; rest.length > 0; ) {
        const room = slab.subarray(used);
        const { read, written } = typeof rest === 'string' ? this.encoder.encodeInto(rest, room) : copied(rest, room);
        used += written;
        if (read === rest.length) break;
        rest = rest.slice(read);
        full.push(slab.subarray(0, used));
        slab = this.slab(full.length);
        used = 0;
      }
    }
    return [...full, slab.subarray(0, used)];
  }

  private slab(i: number): Uint8Array {
    return (this.slabs[i] ??= new Uint8Array(SIZE));
  }
}

function copied(from: Uint8Array, to: Uint8Array): { read: number; written: number } {
  const part = from.subarray(0, to.length);
  to.set(part);
  return { read: part.length, written: part.length };
}
