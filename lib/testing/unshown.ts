// What no page and no terminal shows as it is.

/** Control characters, ends of lines, and what turns the direction of text. */
export const UNSHOWN: RegExp = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;
