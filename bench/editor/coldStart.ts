// From the first key in a fresh window to the first suggestion, on a busy machine: a real VS Code (the tests' browser workbench) with a
// file that is open from the start, and programs beside it that compute all the time. The first key is pressed --wait milliseconds after
// the extension became active, the first moment at which VS Code asks it. --vsix measures another package in turn with this state's own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageExtension } from '../../scripts/vsix/packageExtension.mjs';
import { Workbench } from '../../test/workbench/rig/workbench.js';
import { benchText } from '../benchText.js';
import { markdownTable } from '../markdownTable.js';
import { quantile } from '../quantile.js';

const { values: args } = parseArgs({
  options: {
    vsix: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    beside: { type: 'string', default: '2' },
    wait: { type: 'string', default: '0' },
    logs: { type: 'string' },
  },
});
const root = path.join(import.meta.dirname, '../..');

const FILE = 'items.ts';
/** Before the place where the first key is pressed: real code, longer than the model's context. */
const LINES_BEFORE = 150;
const BEGUN = '\nexport function add(first: number, second: number): number {\n  return ';
const KEY = 'f';
const REST = '\n}\n';
const LIMIT_MS = 120_000;
const SETTINGS = {
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'infill.minimumConfidence': 0,
};

interface ColdStart {
  /** From the request of the page until the editor has the focus, and until the extension is active. */
  readonly opened: number;
  readonly active: number;
  /** From the first key until ghost text is seen. */
  readonly suggested: number;
}

async function startOnce(vsix: string, name: string): Promise<ColdStart> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'infill-bench-'));
  const text = `${benchText().split('\n').slice(0, LINES_BEFORE).join('\n')}${BEGUN}`;
  writeFileSync(path.join(folder, FILE), text + REST);
  const lines = text.split('\n');
  const open = { file: path.join(folder, FILE), line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
  const others: ChildProcess[] = [];
  let workbench: Workbench | undefined;
  try {
    for (let n = 0; n < Number(args.beside); n++) {
      others.push(spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));
    }
    const startedAt = performance.now();
    workbench = await Workbench.start({
      folder,
      vsix: [vsix],
      open,
      settings: SETTINGS,
      timeoutMs: LIMIT_MS,
      ...(args.logs === undefined ? {} : { logLevel: 'trace' }),
    });
    const { page } = workbench;
    await page.locator('.editor-group-container.active .monaco-editor.focused').waitFor();
    const opened = performance.now() - startedAt;
    const { server } = workbench;
    await workbench.until('the extension is active', () => server.log().includes('Active after'));
    const active = performance.now() - startedAt;
    await page.waitForTimeout(Number(args.wait));
    const keyAt = performance.now();
    const keyTime = new Date().toISOString();
    await page.keyboard.press(KEY);
    const seen = await workbench.ghostTextWithin(LIMIT_MS);
    const suggested = performance.now() - keyAt;
    if (args.logs !== undefined) {
      const log = `first key ${keyTime}, ghost text ${new Date().toISOString()}\n${workbench.server.log()}`;
      writeFileSync(path.join(args.logs, `${name}.log`), log);
    }
    if (seen === '') throw new Error(`No suggestion came.\n${workbench.server.log().slice(-3000)}`);
    return { opened, active, suggested };
  } finally {
    await workbench?.dispose();
    for (const other of others) other.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

const { file } = await packageExtension({ out: path.join(root, 'test-output') });
const sides = [
  ...(args.vsix === undefined ? [] : [{ name: path.basename(args.vsix), vsix: path.resolve(args.vsix), starts: [] }]),
  { name: 'working tree', vsix: file, starts: [] },
] as { readonly name: string; readonly vsix: string; readonly starts: ColdStart[] }[];
for (let round = 0; round < Number(args.rounds); round++) {
  for (const { name, vsix, starts } of round % 2 === 0 ? sides : sides.toReversed()) {
    const start = await startOnce(vsix, `${path.basename(name)}-${round}`);
    starts.push(start);
    console.error(
      `${name}: window ${start.opened.toFixed(0)} ms, active ${start.active.toFixed(0)} ms, first suggestion ${start.suggested.toFixed(0)} ms`,
    );
  }
}
console.log(
  markdownTable([
    [
      'package',
      'starts',
      'first key to suggestion, ms: least',
      'median',
      'most',
      'until the editor had the focus, median',
      'until Infill was active, median',
    ],
    ...sides.map(({ name, starts }) => {
      const suggested = starts.map((start) => start.suggested);
      const cells = [Math.min(...suggested), quantile(suggested, 0.5), Math.max(...suggested)];
      const before = (['opened', 'active'] as const).map((what) =>
        quantile(
          starts.map((start) => start[what]),
          0.5,
        ),
      );
      return [name, String(starts.length), ...[...cells, ...before].map((ms) => ms.toFixed(0))];
    }),
  ]),
);
