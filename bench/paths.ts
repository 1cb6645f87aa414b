// Where things are, for the sources as for what is built of them.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** This directory of the sources. */
export const BENCH: string = here.includes('.build') ? join(here, '../..') : here;
export const ROOT: string = join(BENCH, '..');
/** What is made of the sources, and left out of the repository. */
export const BUILDS: string = join(BENCH, '.build');
