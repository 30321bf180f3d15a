import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isInked, linesAround } from '../../../src/engine/text/lines.js';

const CASES: readonly (readonly [string, string, boolean])[] = [
  ['', '', true],
  ['a\n', '\nb', true],
  ['a\n  \t', '  \nb', true],
  ['a', '\nb', false],
  ['a\n  ', ' b', false],
  ['a\n  b', '', false],
];

for (const [prefix, suffix, expected] of CASES) {
  test(`${JSON.stringify(prefix)} and ${JSON.stringify(suffix)}`, () => {
    const { line, rest } = linesAround({ prefix, suffix });
    assert.equal(!isInked(line) && !isInked(rest), expected);
  });
}
