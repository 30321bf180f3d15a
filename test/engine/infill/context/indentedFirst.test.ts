import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { healPrefix } from '../../../../src/engine/infill/context/healing.js';
import { linesAround } from '../../../../src/engine/text/lines.js';
import { indentedFirst } from '../../../../src/engine/infill/context/indentedFirst.js';
import { loadTokenizer } from '../../../../src/engine/tokenizer/loadTokenizer.js';
import { BUNDLED, tokenizerPath } from '../../fixtures.js';

const tokenizer = await loadTokenizer(tokenizerPath(BUNDLED));

/** Texts of the ids that a middle may begin with, without the line break before them; undefined = any. */
function beginnings(prefix: string, suffix: string): string[] | undefined {
  const lines = prefix.replaceAll('\r\n', '\n');
  const healed = healPrefix(lines, tokenizer.encode(lines), tokenizer, 511);
  const { allowedFirst } = indentedFirst(healed, linesAround({ prefix, suffix }), 4, tokenizer);
  if (allowedFirst === healed.allowedFirst) return undefined;
  return allowedFirst!.map((id) => tokenizer.decode([id]).slice(healed.healed.length));
}

describe('an empty line between indented ones begins with blanks', () => {
  for (const [name, prefix, suffix] of [
    ['alike', 'def f():\n    a = 1\n', '\n    return a\n'],
    ['further in above', 'for a in b:\n        c()\n', '\n    d()\n'],
    ['further in below, over blank lines', '  if (a) {\n\n', '\n \n    b();\n'],
    ['Windows line ends', 'if a:\r\n    b()\r\n', '\r\n    c()\r\n'],
  ] as const) {
    test(name, () => {
      const found = beginnings(prefix, suffix)!;
      assert.ok(found.includes('   ') && found.includes('       '), found.join('|')); // the last blank belongs to the word
      assert.ok(
        found.every((blanks) => /^[ \t]+$/u.test(blanks)),
        found.join('|'),
      );
    });
  }

  test('tabs', () => assert.ok(beginnings('if a {\n\tb()\n', '\n\tc()\n')!.includes('\t')));
});

describe('anything may begin', () => {
  for (const [name, prefix, suffix] of [
    ['the first line of a block', 'def f():\n', '\n    return 1\n'],
    ['the end of a block', 'def f():\n    return 1\n', '\ndef g():\n'],
    ['the last line of a file', 'def f():\n    return 1\n', ''],
    ['an indented line', 'def f():\n    a = 1\n    ', '\n    return a\n'],
    ['a line with text behind the cursor', '    a\n', 'b\n    c\n'],
    ['blanks behind the cursor', '    a\n', '    \n    c\n'],
    ['a single blank before each line', ' * a\n', '\n * b\n'],
    ['an empty document', '', ''],
  ] as const) {
    test(name, () => assert.equal(beginnings(prefix, suffix), undefined));
  }
});
