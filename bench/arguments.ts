// What the command line asks for.

export interface Arguments {
  /** All questions, where none is named. */
  readonly questions: readonly string[];
  readonly isQuick: boolean;
  /** Another revision to compare with, instead of the other clients. */
  readonly against?: string;
}

/** @throws {Error} naming what is unknown, with the usage. */
export function parseArguments(given: readonly string[], known: readonly string[]): Arguments {
  const questions: string[] = [];
  let isQuick = false;
  let against: string | undefined;
  for (let i = 0; i < given.length; i++) {
    const each = given[i]!;
    if (each === '--quick') isQuick = true;
    else if (each === '--against' && i + 1 < given.length) against = given[++i]!;
    else if (known.includes(each)) questions.push(each);
    else throw new Error(`unknown: ${each}\nusage: npm run bench -- [${known.join('] [')}] [--quick] [--against REVISION]`);
  }
  return { questions: questions.length > 0 ? known.filter((name) => questions.includes(name)) : known, isQuick, ...(against !== undefined && { against }) };
}
