// What goes from one member of a group to another, and what is merged. Types only.

/**
 * All families of one member as of one moment: a shape, which has all that changes rarely (heads of families, labels,
 * bounds), and values, which have the numbers in the order of the shape. Both are bytes, in pieces of any length.
 */
export interface Snapshot {
  /** The same for the same shape, whoever made it. */
  readonly shapeId: number;
  /** The same objects as before, as long as the shape is the same. */
  readonly shape: readonly Uint8Array[];
  readonly values: readonly Uint8Array[];
}

/** What one member contributes, or what is left of those that ended. */
export interface Part extends Snapshot {
  /** Of this member alone, and the same from merge to merge. */
  readonly key: string;
  /** The value of the label `member`. */
  readonly member: string;
  /** Whether it has ended: then only what adds up for good counts, such as counters. */
  readonly isEnded: boolean;
}
