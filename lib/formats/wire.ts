// Protocol Buffers' wire format, as far as writing goes: fields one after another, in memory that grows.

const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;

// The bits of the NaN that Prometheus writes: those of another one mean that a series has ended.
const NAN = 0x7ff8000000000001n;

export class Wire {
  bytes: Uint8Array;
  /** Where the next byte goes. */
  at: number = 0;
  /** Where the last `double` stands. */
  lastDouble: number = 0;
  private view: DataView;

  /** @param size - In bytes, to begin with. */
  constructor(size: number) {
    this.bytes = new Uint8Array(size);
    this.view = new DataView(this.bytes.buffer);
  }

  /** An unsigned integer, up to 2 ** 64. */
  unsigned(field: number, value: number): void {
    this.tag(field, VARINT);
    this.varint(value);
  }

  /** An integer of `int32` or `int64`, which takes ten bytes where it is negative. */
  signed(field: number, value: number): void {
    if (value >= 0) return this.unsigned(field, value);
    this.tag(field, VARINT);
    for (let rest = BigInt.asUintN(64, BigInt(value)), i = 0; i < 10; i++, rest >>= 7n) this.bytes[this.at++] = Number(rest & 127n) | (i < 9 ? 128 : 0);
  }

  /** An integer of `sint32` or `sint64`: small ones of either sign are short. */
  zigzag(field: number, value: number): void {
    this.unsigned(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(field: number, value: number): void {
    this.tag(field, FIXED64);
    this.lastDouble = this.at;
    this.putDouble(this.at, value);
    this.at += 8;
  }

  /** Puts a number in the place of another. */
  putDouble(at: number, value: number): void {
    if (value === value) this.view.setFloat64(at, value, true);
    else this.view.setBigUint64(at, NAN, true);
  }

  /** A bucket of a histogram, without an exemplar: one in three fields of the metrics of a service. */
  bucket(field: number, count: number, bound: number): void {
    this.reserve(32);
    this.bytes[this.at++] = field * 8 + LENGTH_DELIMITED;
    const begin = this.at++;
    this.bytes[this.at++] = 8 + VARINT;
    this.varint(count);
    this.bytes[this.at++] = 16 + FIXED64;
    this.view.setFloat64(this.at, bound, true);
    this.at += 8;
    this.bytes[begin] = this.at - begin - 1;
  }

  string(field: number, text: string): void {
    const begin = this.begin(field);
    this.reserve(3 * text.length);
    this.utf8(text);
    this.end(begin);
  }

  /** Begins a message within this one; what is written up to `end` is its content. */
  begin(field: number): number {
    this.tag(field, LENGTH_DELIMITED);
    return this.open();
  }

  /** Leaves room for a length. */
  open(): number {
    this.reserve(32);
    return this.at++;
  }

  /** Puts the length before the content: most are short, and need no more than the byte that was left. */
  end(begin: number): void {
    const content = begin + 1;
    const length = this.at - content;
    if (length < 128) this.bytes[begin] = length;
    else {
      const size = sizeOf(length);
      this.reserve(size);
      this.bytes.copyWithin(begin + size, content, this.at);
      if (this.lastDouble > begin) this.lastDouble += size - 1;
      this.at = begin;
      this.varint(length);
      this.at += length;
    }
  }

  /** Fields that were written before. */
  copy(bytes: Uint8Array, from: number, to: number): void {
    this.reserve(to - from);
    this.bytes.set(bytes.subarray(from, to), this.at);
    this.at += to - from;
  }

  /** How each of the numbers differs from that before, as `zigzag` writes them, one field for each. */
  differences(field: number, numbers: readonly number[]): void {
    this.reserve(12 * numbers.length);
    let before = 0;
    for (const number of numbers) {
      this.bytes[this.at++] = field * 8 + VARINT;
      this.varint(number < before ? 2 * (before - number) - 1 : 2 * (number - before));
      before = number;
    }
  }

  /** What was written, in copies of at most that size; one at least. What comes next begins anew. */
  *taken(size: number): Generator<Uint8Array, void> {
    const end = this.at;
    this.at = 0;
    for (let from = 0; from === 0 || from < end; from += size) yield this.bytes.slice(from, Math.min(from + size, end));
  }

  private tag(field: number, wireType: number): void {
    this.reserve(32);
    this.varint(field * 8 + wireType);
  }

  private varint(value: number): void {
    let rest = value;
    for (; rest >= 2 ** 31; rest = Math.floor(rest / 128)) this.bytes[this.at++] = (rest % 128) | 128;
    for (; rest > 127; rest >>>= 7) this.bytes[this.at++] = (rest & 127) | 128;
    this.bytes[this.at++] = rest;
  }

  // Not by `TextEncoder`, which some engines lack. Strings are well-formed by now.
  private utf8(text: string): void {
    const { bytes } = this;
    let { at } = this;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80) bytes[at++] = unit;
      else if (unit < 0x800) {
        bytes[at++] = 0xc0 | (unit >> 6);
        bytes[at++] = 0x80 | (unit & 63);
      } else {
        const point = text.codePointAt(i)!;
        if (point > 0xffff) {
          i++;
          bytes[at++] = 0xf0 | (point >> 18);
          bytes[at++] = 0x80 | ((point >> 12) & 63);
        } else bytes[at++] = 0xe0 | (point >> 12);
        bytes[at++] = 0x80 | ((point >> 6) & 63);
        bytes[at++] = 0x80 | (point & 63);
      }
    }
    this.at = at;
  }

  private reserve(size: number): void {
    if (this.at + size <= this.bytes.length) return;
    const bytes = new Uint8Array(2 * (this.bytes.length + size));
    bytes.set(this.bytes);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}

function sizeOf(length: number): number {
  return length < 2 ** 14 ? 2 : length < 2 ** 21 ? 3 : length < 2 ** 28 ? 4 : 5;
}
