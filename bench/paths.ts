// Where things are, for the sources as for what is built of them.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const [sources] = here.split(/\.build[\\/]/);

/** This directory of the sources. */
export const BENCH: string = sources!;
export const ROOT: string = join(BENCH, '..');
/** What is made of the sources, and left out of the repository. */
export const BUILDS: string = join(BENCH, '.build');
/** The build that this file is part of, with `bench/`, `lib/` and the package's manifest; see `builds.ts`. */
export const BUILD: string = join(here, '..');
