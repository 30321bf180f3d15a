// From each key to the answer in a real VS Code. Whether a large workspace slows typing: in a workspace of one file and in one of many,
// while its index is filled and afterwards. Or, with --against REVISION, whether this state of the project is slower than that one, in
// a workspace of one file. Builds the packages; the workbench is the one of the tests (npm test sets it up).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleHostTests } from '../../scripts/tests/bundleHostTests.mjs';
import { packageExtension } from '../../scripts/vsix/packageExtension.mjs';
import { unpackPackage } from '../../scripts/vsix/unpack.mjs';
import { seededRandom } from '../../src/engine/diffusion/random.js';
import { runInRig } from '../../test/workbench/rig/hostTests.js';
import { withCheckout } from '../against/checkout.js';
import { packageOf } from '../against/packageOf.js';
import { markdownTable } from '../markdownTable.js';
import { PHASES, type Phase, TYPED_FILE, type Typing } from './typing.js';
import { quantile } from '../quantile.js';

const { values: args } = parseArgs({
  options: {
    files: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '2' },
    against: { type: 'string' },
  },
});
const root = path.join(import.meta.dirname, '../..');
const out = path.join(root, 'test-output');

const FILES_IN_FOLDER = 100;
const TYPED_IN = `export interface Item {
  readonly name: string;
  readonly price: number;
}

export function total(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + item.price, 0);
}

export function byPrice(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => a.price - b.price);
}

`;
const SETTINGS = {
  // So that what is typed is what stands there, and nothing else asks.
  'editor.autoClosingBrackets': 'never',
  'editor.autoIndent': 'none',
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.suggestOnTriggerCharacters': false,
  'editor.parameterHints.enabled': false,
};

/** A workspace of the file that is typed in and `count` others. */
function workspaceOf(count: number): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'infill-bench-'));
  writeFileSync(path.join(folder, TYPED_FILE), TYPED_IN);
  const random = seededRandom(1);
  const words = ['order', 'user', 'cart', 'price', 'list', 'page', 'item', 'date', 'route', 'token', 'cache', 'view'];
  const word = (): string => words[Math.floor(random.uniform() * words.length)]!;
  for (let n = 0; n < count; n++) {
    const below = path.join(folder, `module${Math.floor(n / FILES_IN_FOLDER)}`);
    mkdirSync(below, { recursive: true });
    const functions = Array.from({ length: 3 }, (_, f) => {
      const [a, b, c] = [word(), word(), word()];
      return `export function ${a}Of${n}n${f}(${b}s: readonly number[], ${c}: number): number {\n  const ${a} = ${b}s.filter((each) => each > ${c});\n  return ${a}.length * ${n};\n}\n`;
    });
    writeFileSync(path.join(below, `${word()}${n}.ts`), functions.join('\n'));
  }
  return folder;
}

async function typingIn(folder: string, extension: string, tests: string): Promise<Typing> {
  const { results, broken, log } = await runInRig({
    folder,
    extensionDevelopmentPath: extension,
    testsFile: tests,
    settings: SETTINGS,
    timeoutMs: 1_800_000,
  });
  const [result] = results;
  const [note] = result?.notes ?? [];
  if (note === undefined) {
    throw new Error(`${result?.error ?? broken ?? 'Nothing was measured.'}\n${log.slice(-3000)}`);
  }
  return JSON.parse(note) as Typing;
}

/** What is typed in: with an extension, in a workspace. */
interface Side {
  readonly name: string;
  readonly folder: string;
  readonly extension: string;
  readonly typed: Typing[];
}

async function measure(sides: readonly Side[]): Promise<void> {
  const tests = await bundleHostTests('bench/editor/inHost.ts', path.join(out, 'editorBench.cjs'));
  for (let round = 0; round < Number(args.rounds); round++) {
    // In turn, and in turn the first.
    for (const { name, folder, extension, typed } of round % 2 === 0 ? sides : sides.toReversed()) {
      const typing = await typingIn(folder, extension, tests);
      typed.push(typing);
      console.error(
        `${name}: ${typing.documents} documents, full ${(typing.fullMs / 1000).toFixed(0)} s after the first keys`,
      );
    }
  }
}

/** @param many whether more files wait to be read while the index is filled, and a key counts only then */
function timesOf({ typed }: Side, phase: Phase, fromModel: boolean, many: boolean): number[] {
  return typed
    .flatMap(({ keys }) => keys[phase])
    .filter(
      ({ source, waiting }) => (!fromModel || source === 'model') && waiting > 0 === (many && phase === 'filling'),
    )
    .map(({ ms }) => ms);
}

function print(first: Side, second: Side): void {
  const rows = PHASES.flatMap((phase) =>
    [true, false].map((fromModel) => {
      const times = [
        timesOf(first, phase, fromModel, false),
        timesOf(second, phase, fromModel, args.against === undefined),
      ];
      const cells = [0.5, 0.95].flatMap((share) => {
        const [a = NaN, b = NaN] = times.map((all) => quantile(all, share));
        return [a.toFixed(0), b.toFixed(0), (b / a).toFixed(2)];
      });
      return [phase, fromModel ? 'the model' : 'all', times.map(({ length }) => length).join(', '), ...cells];
    }),
  );
  const titles = ['p50', 'p95'].flatMap((share) => [`${share} ${first.name}, ms`, second.name, 'ratio']);
  console.log(markdownTable([['index', 'answered by', 'keys', ...titles], ...rows]));
}

const { file } = await packageExtension({ out });
const extension = await unpackPackage(file, path.join(out, 'unpacked'));
const one = workspaceOf(0);
try {
  if (args.against === undefined) {
    const many = workspaceOf(Number(args.files));
    try {
      const sides = [
        { name: 'one file', folder: one, extension, typed: [] },
        { name: `${args.files} files more`, folder: many, extension, typed: [] },
      ] as [Side, Side];
      await measure(sides);
      print(...sides);
    } finally {
      rmSync(many, { recursive: true, force: true });
    }
  } else {
    await withCheckout(args.against, async (folder, commit) => {
      const earlier = await unpackPackage(await packageOf(folder, commit), path.join(out, 'unpackedEarlier'));
      const sides = [
        { name: commit, folder: one, extension: earlier, typed: [] },
        { name: 'working tree', folder: one, extension, typed: [] },
      ] as [Side, Side];
      await measure(sides);
      print(...sides);
    });
  }
} finally {
  rmSync(one, { recursive: true, force: true });
}
