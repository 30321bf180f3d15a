// Whether a large workspace slows typing: from each key to the answer in a real VS Code, in a workspace of one file and in one of many,
// while its index is filled and afterwards. Builds the package; the workbench is the one of the tests (npm test sets it up).
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleHostTests } from '../../scripts/tests/bundleHostTests.mjs';
import { packageExtension } from '../../scripts/vsix/packageExtension.mjs';
import { unpackPackage } from '../../scripts/vsix/unpack.mjs';
import { seededRandom } from '../../src/engine/diffusion/random.js';
import { runInRig } from '../../test/workbench/rig/hostTests.js';
import { markdownTable } from '../markdownTable.js';
import { PHASES, type Phase, TYPED_FILE, type Typing } from './typing.js';
import { quantile } from '../quantile.js';

const { values: args } = parseArgs({
  options: { files: { type: 'string', default: '20000' }, rounds: { type: 'string', default: '2' } },
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

const { file } = await packageExtension({ out });
const extension = await unpackPackage(file, path.join(out, 'unpacked'));
const tests = await bundleHostTests('bench/editor/inHost.ts', path.join(out, 'editorBench.cjs'));
const workspaces = { one: workspaceOf(0), many: workspaceOf(Number(args.files)) };
const measured: Record<keyof typeof workspaces, Typing[]> = { one: [], many: [] };
try {
  for (let round = 0; round < Number(args.rounds); round++) {
    // In turn, and in turn the first.
    for (const name of round % 2 === 0 ? (['one', 'many'] as const) : (['many', 'one'] as const)) {
      const typing = await typingIn(workspaces[name], extension, tests);
      measured[name].push(typing);
      console.error(
        `${name}: ${typing.documents} documents, full ${(typing.fullMs / 1000).toFixed(0)} s after the first keys`,
      );
    }
  }
} finally {
  for (const folder of Object.values(workspaces)) rmSync(folder, { recursive: true, force: true });
}

const timesOf = (name: keyof typeof workspaces, phase: Phase, fromModel: boolean): number[] =>
  measured[name]
    .flatMap(({ keys }) => keys[phase])
    .filter(
      ({ source, waiting }) =>
        (!fromModel || source === 'model') && waiting > 0 === (name === 'many' && phase === 'filling'),
    )
    .map(({ ms }) => ms);
const rows = PHASES.flatMap((phase) =>
  [true, false].map((fromModel) => {
    const [one, many] = [timesOf('one', phase, fromModel), timesOf('many', phase, fromModel)];
    const ms = (share: number): number[] => [quantile(one, share), quantile(many, share)];
    const cells = [0.5, 0.95].flatMap((share) => {
      const [a = NaN, b = NaN] = ms(share);
      return [a.toFixed(0), b.toFixed(0), (b / a).toFixed(2)];
    });
    return [phase, fromModel ? 'the model' : 'all', `${one.length}, ${many.length}`, ...cells];
  }),
);
console.log(
  markdownTable([
    [
      'index',
      'answered by',
      'keys',
      'p50 one file, ms',
      `${args.files} files more`,
      'ratio',
      'p95 one file, ms',
      `${args.files} files more`,
      'ratio',
    ],
    ...rows,
  ]),
);
