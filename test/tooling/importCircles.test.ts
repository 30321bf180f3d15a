import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { importWalls } from '../../scripts/lint/importWalls.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'infill-circles-'));
after(() => rmSync(root, { recursive: true, force: true }));
const linter = new Linter({ cwd: root });
const config = [{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } }, ...importWalls()];

/** Writes a tree of source files and lints each of them; answers what is wrong, by file. */
function lint(tree: Readonly<Record<string, string>>): Record<string, string[]> {
  for (const [file, source] of Object.entries(tree)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), source);
  }
  const found: Record<string, string[]> = {};
  for (const [file, source] of Object.entries(tree)) {
    const messages = linter.verify(source, config, { filename: path.join(root, file) });
    if (messages.length > 0) found[file] = messages.map(({ line, message }) => `${line}: ${message}`);
  }
  return found;
}

test('two files that import each other are told so, both of them', () => {
  const tree = {
    'src/engine/two/a.ts': "import type { B } from './b.js';\nexport type A = B;\n",
    'src/engine/two/b.ts': "export const n = 1;\nexport type B = import('./a.js').A;\n",
  };
  const { 'src/engine/two/a.ts': a, 'src/engine/two/b.ts': b } = lint(tree);
  assert.ok(a?.includes('1: A circle of imports: a -> b -> a.'), a?.join());
  assert.ok(b?.includes('2: A circle of imports: b -> a -> b.'), b?.join());
});

test('a circle of three is told from each of them, what only leads there is not', () => {
  const found = lint({
    'src/engine/text/a.ts': "export * from './b.js';\n",
    'src/engine/text/b.ts': "export const c = await import('./c.js');\n",
    'src/engine/text/c.ts': "import './plain.js';\nexport { a } from '../text/a.js';\n",
    'src/engine/text/plain.ts': 'export const a = 1;\n',
    'src/engine/text/before.ts': "import './a.js';\n",
    'src/engine/text/itself.ts': "export * from './itself.js';\n",
  });
  assert.deepEqual(found, {
    'src/engine/text/a.ts': ['1: A circle of imports: a -> b -> c -> a.'],
    'src/engine/text/b.ts': ['1: A circle of imports: b -> c -> a -> b.'],
    'src/engine/text/c.ts': ['2: A circle of imports: c -> a -> b -> c.'],
    'src/engine/text/itself.ts': ['1: A circle of imports: itself -> itself.'],
  });
});

test('files that import one another without a circle are fine', () => {
  const found = lint({
    'src/engine/files/top.ts': "import './left.js';\nimport './right.js';\n",
    'src/engine/files/left.ts': "import './bottom.js';\n",
    'src/engine/files/right.ts': "import './bottom.js';\nimport './missing.js';\n",
    'src/engine/files/bottom.ts': "import '../../shared/top.js';\n",
  });
  assert.deepEqual(found, {});
});

test('two folders that import each other are told so, whichever came first', () => {
  const found = lint({
    'src/engine/diffusion/a.ts': "import type { B } from './schedules/b.js';\nexport type A = B;\n",
    'src/engine/diffusion/schedules/b.ts': 'export type B = number;\n',
    'src/engine/diffusion/schedules/c.ts': "import type { D } from '../d.js';\nexport type C = D;\n",
    'src/engine/diffusion/d.ts': 'export type D = number;\n',
  });
  assert.deepEqual(found, {
    'src/engine/diffusion/schedules/c.ts': [
      '1: src/engine/diffusion/schedules may import only src/shared, not src/engine/diffusion.',
    ],
  });
});

test('a circle that was mended on disk is gone, without a new start', () => {
  const a = "import './b.js';\n";
  const tree = { 'src/engine/contract/a.ts': a, 'src/engine/contract/b.ts': "import './a.js';\n" };
  assert.equal(lint(tree)['src/engine/contract/a.ts']?.length, 1);
  writeFileSync(path.join(root, 'src/engine/contract/b.ts'), 'export {};\n');
  const filename = path.join(root, 'src/engine/contract/a.ts');
  assert.deepEqual(linter.verify(a, config, { filename }), []);
});
