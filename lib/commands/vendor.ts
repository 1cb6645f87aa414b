// `promlet vendor`: promlet as one file in another code base, and whether such a copy is still what it was.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { checksumOf, readBanner } from './banner.ts';
import type { Banner } from './banner.ts';
import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Command, Given, Io } from './command.ts';
import { packagePath } from './package.ts';

/** @param source - The folder with the built files. */
export function vendorFrom(source: string): Command {
  return {
    summary: 'Copy promlet as one file into a code base, or check such a copy.',
    description: `Writes promlet as one JavaScript file without imports, and its declarations
beside it. The path is a folder, or a file whose name ends in .js or .mjs. A
copy that is there already is brought up to date, in the form that it has; one
that was edited is left as it is.
With --check it tells whether a copy was edited since it was written: the exit
code is then 1.`,
    operand: 'path',
    options: {
      exporter: { help: 'With the server and the exporter, for Node' },
      minified: { help: 'Without blanks, and with short names' },
      check: { help: 'Compare the copy with its checksum; write nothing' },
      force: { help: 'Overwrite what is there, whatever it is' },
    },
    async run(given, io) {
      const { operand, switches } = given;
      if (operand === undefined) throw misused('the path is missing: where the copy is, or is to be');
      if (switches.has('check')) return check(operand, source, io);
      return write(operand, source, given, io);
    },
  };
}

export const vendor: Command = vendorFrom(packagePath('dist/vendor'));

/** A file that is, or may be, a copy. */
interface Copy {
  readonly text: string;
  readonly banner: Banner | undefined;
  readonly isEdited: boolean;
}

const FILES = ['promlet.js', 'promlet.min.js', 'promlet-exporter.js', 'promlet-exporter.min.js'];

function write(operand: string, source: string, { switches }: Given, io: Io): number {
  const asked = `promlet${switches.has('exporter') ? '-exporter' : ''}${switches.has('minified') ? '.min' : ''}.js`;
  const isChosen = switches.has('exporter') || switches.has('minified');
  const targets = pathsOf(operand, isChosen ? [asked] : FILES, asked).flatMap((path) => {
    const built = isChosen ? asked : (copyAt(path)?.banner?.file ?? asked);
    return [{ path, built }, { path: declarationsOf(path), built: declarationsOf(built) }];
  });
  const copies = targets.map(({ path, built }) => {
    const text = read(join(source, built));
    if (text === undefined) throw new CommandError(`cannot read ${join(source, built)}`, { hint: 'In a clone of promlet, run `npm run vendor` first.' });
    const before = copyAt(path);
    if (before !== undefined && !switches.has('force')) refuseOthers(path, before);
    return { path, text, before };
  });
  for (const { path, text, before } of copies) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const change = before?.banner === undefined ? '' : before.text === text ? ', as it was' : `, in place of promlet ${before.banner.version}`;
    io.stdout.write(`${path}: ${label(readBanner(text)!)}${change}\n`);
  }
  return 0;
}

function refuseOthers(path: string, { banner, isEdited }: Copy): void {
  if (banner === undefined) throw new CommandError(`${path} is not a copy of promlet`, { hint: 'Give another path, or overwrite it with --force.' });
  if (isEdited) throw new CommandError(`${path} was edited since it was written`, { hint: 'Keep elsewhere what was changed, then overwrite it with --force.' });
}

function check(operand: string, source: string, io: Io): number {
  let exitCode = 0;
  for (const path of pathsOf(operand, FILES, 'promlet.js')) {
    for (const each of [path, declarationsOf(path)]) {
      if (each !== path && !existsSync(each)) continue;
      const { isFine, verdict } = judged(each, source);
      if (!isFine) exitCode = 1;
      io[isFine ? 'stdout' : 'stderr'].write(`${each}: ${verdict}\n`);
    }
  }
  return exitCode;
}

function judged(path: string, source: string): { readonly isFine: boolean; readonly verdict: string } {
  const copy = copyAt(path);
  if (copy === undefined) return { isFine: false, verdict: 'there is no such file' };
  const { banner, isEdited } = copy;
  if (banner === undefined) return { isFine: false, verdict: 'it has no banner of promlet' };
  // Who edits a copy can write a new checksum as well; of the same version we have the right one.
  const own = readBanner(read(join(source, banner.file)) ?? '');
  const isOther = own?.version === banner.version && own.checksum !== banner.checksum;
  if (isEdited || isOther) return { isFine: false, verdict: `${label(banner)}, was edited: it has not the checksum of ${isEdited ? 'its banner' : 'that version'}` };
  return { isFine: true, verdict: `${label(banner)}, unchanged` };
}

/** The files that are meant: the one named, or those that are in the folder, or else the one to be. */
function pathsOf(operand: string, names: readonly string[], wanted: string): string[] {
  if (!isFolder(operand) && /\.\w+$/.test(operand)) {
    if (/\.m?js$/.test(operand)) return [operand];
    throw misused(`expected a folder, or a file whose name ends in .js or .mjs, got "${operand}"`);
  }
  const there = names.filter((name) => existsSync(join(operand, name)));
  return (there.length > 0 ? there : [wanted]).map((name) => join(operand, name));
}

function label({ file, version }: Banner): string {
  return `promlet ${version}, ${file}`;
}

function declarationsOf(path: string): string {
  return path.replace(/\.(m?)js$/, '.d.$1ts');
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function copyAt(path: string): Copy | undefined {
  const text = read(path);
  if (text === undefined) return undefined;
  const banner = readBanner(text);
  return { text, banner, isEdited: banner !== undefined && banner.checksum !== checksumOf(text) };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new CommandError(`cannot read ${path}: ${message}`);
  }
}

function misused(message: string): CommandError {
  return new CommandError(message, { hint: 'See `promlet vendor --help`.', exitCode: USAGE_EXIT_CODE });
}
