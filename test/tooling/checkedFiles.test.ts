import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import { getFileInfo } from 'prettier';
import { filesBelow, ROOT } from './filesBelow.js';

/** Folders of our own code, without what tools wrote. */
const FOLDERS = ['src', 'scripts', 'bench', 'test'];
/** Its one library is installed on demand only, so its types are not there. */
const NOT_LINTED = 'bench/peer/llama.mjs';

const files = FOLDERS.flatMap((folder) => filesBelow(folder, '.js', '.mjs', '.ts')).filter(
  (name) => !name.startsWith('test/fixtures/'),
);

test('a list of what tools leave out names no folder of our own code by chance: all of it is linted and formatted', async () => {
  assert.ok(files.length > 800, String(files.length));
  const eslint = new ESLint({ cwd: ROOT });
  const ignorePath = ['.gitignore', '.prettierignore'].map((name) => path.join(ROOT, name));
  const leftOut: string[] = [];
  for (const name of files) {
    const file = path.join(ROOT, name);
    const isLinted = name === NOT_LINTED || !(await eslint.isPathIgnored(file));
    const isFormatted = !(await getFileInfo(file, { ignorePath })).ignored;
    if (!isLinted || !isFormatted) leftOut.push(name);
  }
  assert.deepEqual(leftOut, []);
});
