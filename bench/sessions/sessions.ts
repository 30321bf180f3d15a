// What somebody meets who types in a real VS Code: six kinds of files, once without accepting anything, with IntelliSense as it is by default,
// and once with Tab where what is shown is right. With --against REVISION beside that state of the project, in turns. The workbench is the
// one of the tests (npm test sets it up).
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from '../../scripts/vsix/packageExtension.mjs';
import { Workbench } from '../../test/workbench/rig/workbench.js';
import { packageOf } from '../against/packageOf.js';
import { withCheckout } from '../against/checkout.js';
import { markdownTable } from '../markdownTable.js';
import { quantile } from '../quantile.js';
import { DOCUMENTS } from './documents.js';
import { type TypedDocument, typeDocument } from './typeDocument.js';

const { values: args } = parseArgs({
  options: { against: { type: 'string' }, rounds: { type: 'string', default: '1' }, only: { type: 'string' } },
});
const out = path.join(import.meta.dirname, '../..', 'test-output');
const EXTENSION = 'infill-editor.infill';
/** So that what is typed is what stands there. */
const SETTINGS = {
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoIndent': 'none',
  '[yaml]': { 'editor.autoIndent': 'none' }, // VS Code has a default of its own for it
  'editor.acceptSuggestionOnEnter': 'off',
  'editor.acceptSuggestionOnCommitCharacter': false,
  'editor.linkedEditing': false,
  'javascript.autoClosingTags': false,
  'javascript.validate.enable': false,
  'typescript.validate.enable': false,
};
const MODES = ['typed', 'accepted'] as const;
type Mode = (typeof MODES)[number];

interface Side {
  readonly name: string;
  readonly vsix: string;
  readonly typed: Record<Mode, TypedDocument[]>;
}

interface Open {
  readonly folder: string;
  readonly workbench: Workbench;
}

async function open(vsix: string, mode: Mode): Promise<Open> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'infill-sessions-'));
  // With IntelliSense open Tab would take its entry.
  const quiet =
    mode === 'accepted' ? { 'editor.quickSuggestions': false, 'editor.suggestOnTriggerCharacters': false } : {};
  const workbench = await Workbench.start({ folder, vsix: [vsix], settings: { ...SETTINGS, ...quiet } });
  await workbench.waitForExtension(EXTENSION);
  return { folder, workbench };
}

/** Each document in turn on all sides, so that other work on this machine is against all of them. */
async function session(sides: readonly Side[], mode: Mode): Promise<void> {
  const windows = new Map<Side, Open>();
  try {
    for (const side of sides) windows.set(side, await open(side.vsix, mode));
    for (const document of DOCUMENTS.filter(({ file }) => args.only === undefined || file === args.only)) {
      for (const [{ name, typed }, { workbench, folder }] of windows) {
        const result = await typeDocument(workbench, folder, document, mode === 'accepted');
        typed[mode].push(result);
        const right = result.shown.filter((each) => each.right).length;
        console.error(`${name}, ${mode}, ${result.file}: ${result.shown.length} shown, ${right} right`);
      }
    }
  } finally {
    for (const { workbench, folder } of windows.values()) {
      await workbench.dispose();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function measure(sides: readonly Side[]): Promise<void> {
  for (let round = 0; round < Number(args.rounds); round++) {
    for (const mode of MODES) await session(round % 2 === 0 ? sides : sides.toReversed(), mode);
  }
}

function row(what: string, mode: Mode, name: string, typed: readonly TypedDocument[]): string[] {
  const shown = typed.flatMap((each) => each.shown);
  const sum = (of: (each: TypedDocument) => number): number => typed.reduce((total, each) => total + of(each), 0);
  const right = shown.filter((each) => each.right);
  const times = shown.map(({ ms }) => ms);
  const length = shown.reduce((total, { text }) => total + text.length, 0) / shown.length;
  const share = (part: number, whole: number): string => (whole === 0 ? '' : ((100 * part) / whole).toFixed(0));
  return [
    what,
    mode,
    name,
    String(sum((each) => each.pauses)),
    String(shown.length),
    String(right.length),
    share(right.length, shown.length),
    shown.length === 0 ? '' : length.toFixed(1),
    ...[0.5, 0.95].map((quantileOf) => (times.length === 0 ? '' : quantile(times, quantileOf).toFixed(0))),
    mode === 'accepted'
      ? share(
          sum((each) => each.fromTab),
          sum((each) => each.characters),
        )
      : '',
  ];
}

function print(sides: readonly Side[]): void {
  const files = ['all', ...DOCUMENTS.map(({ file }) => file)];
  const rows = files.flatMap((file) =>
    MODES.flatMap((mode) =>
      sides.map(({ name, typed }) =>
        row(file, mode, name, file === 'all' ? typed[mode] : typed[mode].filter((each) => each.file === file)),
      ),
    ),
  );
  const titles = ['file', 'mode', 'build', 'pauses', 'shown', 'right', 'right, %', 'characters'];
  titles.push('p50, ms', 'p95, ms', 'from Tab, %');
  console.log(markdownTable([titles, ...rows]));
}

const side = (name: string, vsix: string): Side => ({ name, vsix, typed: { typed: [], accepted: [] } });
mkdirSync(out, { recursive: true });
const { file: vsix } = await packageExtension({ out });
const now = side('working tree', vsix);
if (args.against === undefined) {
  await measure([now]);
  print([now]);
} else {
  await withCheckout(args.against, async (folder, commit) => {
    const sides = [side(commit, await packageOf(folder, commit)), now];
    try {
      await measure(sides);
    } finally {
      print(sides);
    }
  });
}
