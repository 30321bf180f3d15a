import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, it } from 'node:test';
import { EXAMPLES, holeOf } from '../../../src/cli/commands/demo/examples.js';
import { ROOT, run } from '../cliRun.js';

void describe('infill demo', () => {
  it('knows a hole in each example, behind which the line ends', async () => {
    assert.deepEqual(
      EXAMPLES.map(({ file }) => path.extname(file)),
      ['.ts', '.py', '.md'],
    );
    for (const example of EXAMPLES) {
      const text = await readFile(path.join(ROOT, example.file), 'utf8');
      assert.match(text.slice(holeOf(example, text)), /^\r?\n/, example.file);
      assert.throws(() => holeOf(example, text + text), /exactly once/);
      assert.throws(() => holeOf(example, ''), /exactly once/);
    }
  });

  it('shows every step of every example, and what to do next', async () => {
    const { exitCode, stdout, stderr } = await run(['demo', '--steps', '2', '--max-tokens', '8']);
    assert.deepEqual([exitCode, stderr], [0, '']);
    for (const { file, language } of EXAMPLES) {
      assert.match(stdout, new RegExp(`${language}: ${file} at \\d+:\\d+\nstep 1/2 .* denoise .*‹.+›`));
    }
    assert.match(stdout, /npm run vscode/);
  });
});
