import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { BUNDLED } from '../engine/fixtures.js';

const ROOT = path.join(import.meta.dirname, '../..');

/** A Neovim with inline completion, or why there is none. One is fetched in CI only. */
function neovim(): { readonly program: string } | { readonly missing: string } {
  if (process.platform !== 'linux') return { missing: 'it is looked for on Linux only' };
  const script = path.join(ROOT, 'scripts/steps/bringNeovim.sh');
  const isFetched = process.env['CI'] === 'true';
  const env = isFetched ? process.env : { ...process.env, INFILL_FETCH: 'no' };
  try {
    return {
      program: execFileSync('bash', [script], { env, timeout: 180_000, encoding: 'utf8', stdio: 'pipe' }).trim(),
    };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

interface Told {
  readonly shown?: readonly string[];
  readonly lines?: readonly string[];
  readonly format?: string;
  readonly late?: number;
  readonly messages?: string;
}

const found = neovim();
const skip = 'missing' in found && found.missing;

void describe('Neovim', { skip }, () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'infill-neovim-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What it shows behind a line and a key, then as something more is typed, and what the file is when that is accepted. */
  async function typed(
    text: string,
    line: number,
    [first, then]: readonly [string, string],
    settings: object,
  ): Promise<readonly Told[]> {
    assert.ok('program' in found);
    const file = path.join(folder, 'add.ts');
    writeFileSync(file, text);
    const server = [
      process.execPath,
      path.join(ROOT, 'dist/cli.cjs'),
      'lsp',
      '--stdio',
      '--model',
      BUNDLED,
      '--threads',
      '1',
    ];
    const script = path.join(ROOT, 'test/languageServer/neovim.lua');
    const { stdout } = await promisify(execFile)(found.program, ['--headless', '--clean', '-S', script], {
      timeout: 60_000,
      env: {
        ...process.env,
        HOME: folder,
        XDG_STATE_HOME: folder,
        INFILL_SERVER: JSON.stringify(server),
        INFILL_SETTINGS: JSON.stringify(settings),
        INFILL_FILE: file,
        INFILL_LINE: String(line),
        INFILL_FIRST: first,
        INFILL_TYPED: then,
      },
    });
    return stdout
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each) as Told);
  }

  test('shows what comes by itself, and what is left of it as somebody types, and takes it in', async () => {
    const text = 'export function add(a: number, b: number): number {\n  return\n}\n';
    const told = await typed(text, 2, [' ', 'a'], { steps: 8 });
    assert.deepEqual(told, [
      { shown: ['a + b'] },
      { shown: [' + b'] },
      { lines: ['export function add(a: number, b: number): number {', '  return a + b', '}'], format: 'unix' },
    ]);
  });

  test('takes off the screen what does not go on any more', async () => {
    const text = 'export function add(a: number, b: number): number {\n  return\n}\n';
    const [first, then, accepted] = await typed(text, 2, [' ', 'qqqqq'], { steps: 8, minConfidence: 0.6 });
    assert.deepEqual(first, { shown: ['a + b'] });
    assert.deepEqual(then, { shown: [] });
    assert.equal(accepted?.lines?.[1], '  return qqqqq');
  });

  test('has whole lines in a file with line ends of Windows', async () => {
    const text = [
      ...['function first(list: string[]) {', '  start(list);', '  run(list);', '  stop(list);', '}', ''],
      ...['function second(list: string[]) {', '  start(list);', '  ru', '}', ''],
    ];
    const settings = { steps: 8, minConfidence: 0, multiline: 'always' };
    const told = await typed(text.join('\r\n'), 9, ['n', '('], settings);
    assert.deepEqual(told, [
      { shown: ['(list);', '  stop(list);'] },
      { shown: ['list);', '  stop(list);'] },
      { lines: [...text.slice(0, 8), '  run(list);', '  stop(list);', '}'], format: 'dos' },
    ]);
  });
});
