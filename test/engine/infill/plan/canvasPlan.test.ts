import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canvasPlan, type CanvasPlan } from '../../../../src/engine/infill/plan/canvasPlan.js';
import { type CanvasSizes, canvasSizes } from '../../../../src/engine/infill/plan/canvasSizes.js';
import { linesAround } from '../../../../src/engine/text/lines.js';
import type { MultilinePolicy } from '../../../../src/shared/infillOptions.js';
import { processorMs } from '../../../processorMs.js';

const SIZES = { lineCanvas: 16, blockCanvas: 64, positionsPerStep: 2 };

/** `|` is the cursor. */
function plan(
  text: string,
  languageId = 'typescript',
  multiline: MultilinePolicy = 'auto',
  maxTokens = 96,
  limit = 96,
): CanvasPlan {
  const [prefix, suffix] = text.split('|') as [string, string];
  const sizes = canvasSizes({ maxTokens, steps: 64 }, SIZES, { limit, unlimitedBySteps: false });
  return canvasPlan(linesAround({ prefix, suffix }), { languageId, indentUnit: '  ' }, multiline, sizes);
}

test("a tab is as wide as the document's level of indentation", () => {
  const opener = (indentUnit: string): CanvasPlan => {
    const lines = linesAround({ prefix: 'class A {\n  f() {', suffix: '\n\tg();\n' });
    return canvasPlan(lines, { languageId: 'typescript', indentUnit }, 'auto', { line: 16, block: 64 });
  };
  assert.equal(opener('  ').multiline, true, 'the next line stands where the opener does');
  assert.equal(opener('    ').multiline, false, 'the block has a line already');
  assert.equal(opener('\t').multiline, false);
});

describe('a block', () => {
  const blocks: [name: string, text: string, language?: string][] = [
    ['an empty indented line', 'function f() {\n  |\n}'],
    ['an empty indented line between statements', 'function f() {\n  a();\n  |\n  b();\n}'],
    ['the end of a line that opens a block', 'if (a) {|\n}'],
    ['... at the end of the file', 'if (a) {|'],
    ['... with a comment after the brace', 'if (a) { // yes|\n}'],
    ['an arrow', 'const f = () =>|\n'],
    ['a case', 'switch (a) {\n  case 1:|\n}'],
    ['an open list', 'const list = [|\n];'],
    ['the start of the line under an opener', 'class A {\n|\n}'],
    ['a Python block', 'def f(x):|\n', 'python'],
    ['a Python block under its line', 'def f(x):\n    |\n\ndef g(): pass', 'python'],
    ['a Ruby block', 'items.each do|\nend', 'ruby'],
    ['a tag', '<ul class="a">|\n</ul>', 'html'],
    ['a mapping', 'services:|\nvolumes:', 'yaml'],
  ];
  for (const [name, text, language] of blocks) {
    test(name, () => assert.equal(plan(text, language).multiline, true));
  }
});

test("sizes are the manifest's where it names some", () => {
  const sizesAt = (steps: number, unlimitedBySteps = false): CanvasSizes => {
    const sizes = { lineCanvas: 10, blockCanvas: 30, positionsPerStep: 2.5 };
    return canvasSizes({ maxTokens: 40, steps }, sizes, { limit: 96, unlimitedBySteps });
  };
  assert.deepEqual(sizesAt(64), { line: 10, block: 30, most: 40 });
  assert.deepEqual(sizesAt(3), { line: 7, block: 7, most: 40 });
  assert.deepEqual(sizesAt(3, true), { line: 10, block: 30, most: 40 });
});

describe('the rest of the line', () => {
  const lines: [name: string, text: string, language?: string][] = [
    ['inside brackets', 'call(|);'],
    ['before closers only', 'if (a) {|}'],
    ['before text', 'const a = | + 1;'],
    ['after a statement', 'return a|\n}'],
    ['at the end of an opener whose block has lines', 'if (a) {|\n  b();\n}'],
    ['an object key', '  name:|\n'],
    ['a TypeScript annotation', 'let a:|\n'],
    ['an empty file', '|'],
    ['an empty line at the top level', 'const a = 1;\n|\nconst b = 2;'],
    ['prose with a colon', 'Note:|\n', 'markdown'],
    ['a bracket in a comment', '// see (|\n'],
    ['a colon in a Python slice', 'a[1:|]\n', 'python'],
  ];
  for (const [name, text, language] of lines) {
    test(name, () => assert.equal(plan(text, language).multiline, false));
  }
});

test('the policy overrules the text', () => {
  assert.equal(plan('call(|);', 'typescript', 'always').multiline, true);
  assert.equal(plan('if (a) {|', 'typescript', 'never').multiline, false);
});

test('the canvas is larger for a block, and never larger than asked for or than the model can', () => {
  assert.ok(plan('if (a) {|').size > plan('call(|);').size);
  assert.equal(plan('if (a) {|', 'typescript', 'auto', 10).size, 10);
  assert.equal(plan('if (a) {|', 'typescript', 'auto', 96, 7).size, 7);
  assert.equal(plan('a|', 'typescript', 'auto', 1).size, 1);
});

test('a line of 10 MB is quick', async () => {
  const text = '{'.repeat(10_000_000);
  const ms = await processorMs(() => plan(`${text}|${text}`));
  assert.ok(ms < 500, `${ms.toFixed(0)} ms`);
});
