import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sharedIndentation } from '../../../src/engine/infill/sharedIndentation.js';

const CASES: readonly (readonly [string, string, string, string])[] = [
  ['a line between two of a block', 'def f():\n    a = 1\n', '\n    return a\n', '    '],
  ['over blank lines', 'def f():\n    a = 1\n\n', '\n\n  \n    return a\n', '    '],
  ['Windows line ends', 'if a:\r\n\tb()\r\n', '\r\n\tc()\r\n', '\t'],
  ['the first line of a block', 'def f():\n', '\n        return a\n', ''],
  ['after a line that opens a block, before one that is not in it', '    if a:\n', '\n    return a\n', ''],
  ['the end of an inner block', '        b\n', '\n    c\n', ''],
  ['the end of a block', '    return a\n', '\ndef g():\n', ''],
  ['the last line of a file', '    return a\n', '', ''],
  ['tabs and blanks', '\t  a\n', '\n\t\tb\n', ''],
  ['an indented line', 'if a:\n    b\n    ', '\n    c\n', ''],
  ['a line with text behind the cursor', '    a\n', 'b\n    c\n', ''],
  ['blanks behind the cursor', '    a\n', '    \n    c\n', ''],
  ['an empty document', '', '', ''],
];

for (const [name, prefix, suffix, expected] of CASES) {
  test(`shared indentation: ${name}`, () => {
    const context = { prefix, suffix, languageId: 'python' };
    assert.equal(sharedIndentation(context), expected);
  });
}
