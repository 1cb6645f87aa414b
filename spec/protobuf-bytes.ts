// Writes protobuf for specs, field by field, so that they can write what no writer would.

/** A field of a message: its number, its wire type, and the bytes of its value. */
export function field(number: number, wireType: number, value: Uint8Array = new Uint8Array()): Uint8Array {
  return joined(varint(number * 8 + wireType), value);
}

/** A varint of 64 bits; negative numbers as their two's complement. */
export function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

export function zigzag(value: number | bigint): Uint8Array {
  const wide = BigInt(value);
  return varint(wide < 0n ? -2n * wide - 1n : 2n * wide);
}

export function double(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value, true);
  return bytes;
}

/** Bytes with their length before them. */
export function delimited(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = joined(...parts);
  return joined(varint(bytes.length), bytes);
}

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Fields, by the kinds of their values. */
export const number = (at: number, value: number | bigint): Uint8Array => field(at, 0, varint(value));
export const signed = (at: number, value: number | bigint): Uint8Array => field(at, 0, zigzag(value));
export const float = (at: number, value: number): Uint8Array => field(at, 1, double(value));
export const text = (at: number, value: string): Uint8Array => field(at, 2, delimited(new TextEncoder().encode(value)));
export const message = (at: number, ...fields: readonly Uint8Array[]): Uint8Array => field(at, 2, delimited(...fields));
