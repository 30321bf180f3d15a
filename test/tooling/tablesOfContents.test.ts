import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { importsOf } from '../../scripts/lint/importsOf.mjs';

const root = path.join(import.meta.dirname, '../..');

/** Files that read as tables of contents: which step follows which, and each step in a file of its own. */
const MOST: Readonly<Record<string, { readonly lines: number; readonly imports: number }>> = {
  'src/engine/infill/infill.ts': { lines: 50, imports: 12 },
  'src/engine/infill/denoiseSelection.ts': { lines: 50, imports: 12 },
  'src/extension/extension.ts': { lines: 80, imports: 20 },
};

for (const [file, most] of Object.entries(MOST)) {
  test(`${file} has at most ${most.lines} lines and ${most.imports} imports`, () => {
    const text = readFileSync(path.join(root, file), 'utf8');
    const lines = text.trimEnd().split('\n').length;
    const imports = importsOf(file, text).length;
    assert.ok(lines <= most.lines, `${lines} lines`);
    assert.ok(imports <= most.imports, `${imports} imports`);
  });
}
