// `promlet vendor`: promlet as one file in another code base, and whether such a copy is still what it was.

import { basename, join } from 'node:path';

import { readBanner } from './banner.ts';
import type { Banner } from './banner.ts';
import { CommandError, USAGE_EXIT_CODE } from './command.ts';
import type { Command, Given, Io } from './command.ts';
import { copyAt, isFolder, isLink, obstacle, read, replace } from './copies.ts';
import type { Copy } from './copies.ts';
import { CODE_FILES, codeFile, declarationsIn, declarationsOf, vendoredFile } from './forms.ts';
import type { Kind } from './forms.ts';
import { packagePath } from './package.ts';

/** @param source - The folder with the built files. */
export function vendorFrom(source: string): Command {
  return {
    summary: 'Copy promlet as one file into a code base, or check such a copy.',
    description: `Writes promlet as one JavaScript file without imports, and its declarations
beside it. The path is a folder, or a file whose name ends in .js, .mjs or
.cjs. A copy that is there already is brought up to date, in the form that it
has; one that was edited is left as it is.
With --check it reports whether a copy was edited since it was written: the
exit code is then 1.`,
    operand: 'path',
    options: {
      exporter: { help: 'With the server and the exporter, for Node' },
      minified: { help: 'Without blanks, and with short names' },
      commonjs: { help: 'As CommonJS, for any Node; so is what ends in .cjs' },
      script: { help: 'For a <script> that is no module: it sets `promlet`' },
      check: { help: 'Compare the copy with its checksum; write nothing' },
      force: { help: 'Overwrite what is there, whatever it is' },
    },
    async run(given, io) {
      const { operand, switches } = given;
      if (operand === undefined) throw misused('the path is missing: where the copy is, or is to be');
      if (operand === '') throw misused('the path is empty: expected a folder, or . for this one');
      return switches.has('check') ? check(operand, source, io) : write(operand, source, given, io);
    },
  };
}

export const vendor: Command = vendorFrom(packagePath('dist/vendor'));

function write(operand: string, source: string, { switches }: Given, io: Io): number {
  const asked = askedFile(operand, switches);
  const isChosen = ['exporter', 'minified', 'commonjs', 'script'].some((each) => switches.has(each));
  const targets = pathsOf(operand, isChosen ? [asked] : CODE_FILES, asked).flatMap((path) => {
    const file = isChosen ? asked : (copyAt(path)?.banner?.file ?? asked);
    return [{ path, file }, { path: declarationsOf(path), file: declarationsOf(file) }];
  });
  const copies = targets.map(({ path, file }) => {
    const text = builtText(source, file, basename(declarationsOf(path)));
    if (text === undefined) throw new CommandError(`there is no ${file} in ${source}`, { hint: 'In a clone of promlet, run `npm run vendor` first.' });
    if (isLink(path) && !switches.has('force')) throw new CommandError(`${path} is a symbolic link`, { hint: 'Give the path that it leads to, or put a file in its place with --force.' });
    const before = isLink(path) ? undefined : copyAt(path);
    if (before !== undefined && !switches.has('force')) refuseOthers(path, before);
    return { path, text, before };
  });
  for (const { path, text, before } of copies) {
    replace(path, text);
    const change = before?.banner === undefined ? '' : before.text === text ? ', as it was' : `, in place of promlet ${before.banner.version}`;
    io.stdout.write(`${path}: ${label(readBanner(text)!)}${change}\n`);
  }
  return 0;
}

/** The file that the options and the name of the copy ask for. */
function askedFile(operand: string, switches: ReadonlySet<string>): string {
  const [, ending] = /\.([cm]js)$/.exec(operand) ?? [];
  const isNamed = ending !== undefined && !isFolder(operand);
  const kind: Kind = switches.has('script') ? 'script' : switches.has('commonjs') || (isNamed && ending === 'cjs') ? 'commonjs' : 'module';
  const clash =
    switches.has('script') && switches.has('exporter') ? '--script and --exporter: the exporter is for Node'
    : switches.has('script') && switches.has('commonjs') ? '--script and --commonjs: expected one of them'
    : isNamed && (kind === 'script' || (kind === 'commonjs') !== (ending === 'cjs')) ? `--${kind}: expected a file whose name ends in .js${kind === 'script' ? '' : ' or .cjs'}, got "${operand}"`
    : undefined;
  if (clash !== undefined) throw misused(clash);
  return codeFile(kind, switches.has('exporter'), switches.has('minified'));
}

function refuseOthers(path: string, { banner, isEdited }: Copy): void {
  if (banner === undefined) throw new CommandError(`${path} is not a copy of promlet`, { hint: 'Give another path, or overwrite it with --force.' });
  if (isEdited) throw new CommandError(`${path} was edited since it was written`, { hint: 'Keep elsewhere what was changed, then overwrite it with --force.' });
}

function check(operand: string, source: string, io: Io): number {
  let exitCode = 0;
  for (const path of pathsOf(operand, CODE_FILES, CODE_FILES[0]!)) {
    for (const each of [path, declarationsOf(path)]) {
      if (each !== path && copyAt(each) === undefined) continue;
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
  const { banner, isEdited, text } = copy;
  if (banner === undefined) return { isFine: false, verdict: 'it has no banner of promlet' };
  // Who edits a copy can write a new checksum as well; of the same version we have the right one.
  const own = readBanner(builtText(source, banner.file, declarationsIn(text)) ?? '');
  const isOther = own?.version === banner.version && own.checksum !== banner.checksum;
  if (isEdited || isOther) return { isFine: false, verdict: `${label(banner)}, was edited: it has not the checksum of ${isEdited ? 'its banner' : 'that version'}` };
  return { isFine: true, verdict: `${label(banner)}, unchanged` };
}

function builtText(source: string, file: string, declarations: string | undefined): string | undefined {
  return vendoredFile(file, (each) => read(join(source, each)), declarations);
}

/** The files that are meant: the one named, or those that are in the folder, or else the one to be. */
function pathsOf(operand: string, names: readonly string[], wanted: string): string[] {
  // A name such as `v1.2` is a folder's.
  const isCode = !isFolder(operand) && /\.[a-z]\w*$/i.test(operand);
  if (/^\w+:\/\//.test(operand) || (isCode && !/\.[cm]?js$/.test(operand))) throw misused(`expected a folder, or a file whose name ends in .js, .mjs or .cjs, got "${operand}"`);
  const inTheWay = obstacle(isCode ? operand : join(operand, wanted));
  if (inTheWay !== undefined) throw new CommandError(`${inTheWay} is no folder`, { hint: 'Give a folder, or a file whose name ends in .js, .mjs or .cjs.' });
  if (isCode) return [operand];
  const there = names.filter((name) => isLink(join(operand, name)) || copyAt(join(operand, name)) !== undefined);
  return (there.length > 0 ? there : [wanted]).map((name) => join(operand, name));
}

function label({ file, version }: Banner): string {
  return `promlet ${version}, ${file}`;
}

function misused(message: string): CommandError {
  return new CommandError(message, { hint: 'See `promlet vendor --help`.', exitCode: USAGE_EXIT_CODE });
}
