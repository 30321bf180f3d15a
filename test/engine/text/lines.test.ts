import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indentColumns, isBlank, linesAround, tabWidthOf } from '../../../src/engine/text/lines.js';

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
    assert.equal(isBlank(line) && isBlank(rest), expected);
  });
}

test('columns of an indentation: a tab goes on to the next multiple of its width', () => {
  const columns = (line: string): number[] => [2, 4, 8].map((width) => indentColumns(line, width));
  assert.deepEqual(columns('a'), [0, 0, 0]);
  assert.deepEqual(columns('   a  '), [3, 3, 3]);
  assert.deepEqual(columns('\ta'), [2, 4, 8]);
  assert.deepEqual(columns(' \t a'), [3, 5, 9]);
  assert.deepEqual(columns('\t\t'), [4, 8, 16]);
  assert.deepEqual(columns('\u00a0a'), [0, 0, 0], 'no indentation of code');
});

test("a tab's width is a level's", () => {
  assert.deepEqual(
    ['  ', '    ', '        ', '\t', ''].map((unit) => tabWidthOf(unit)),
    [2, 4, 8, 4, 4],
  );
});

test('blank is what has nothing but blanks', () => {
  for (const text of ['', ' ', '\t\n\r\n', '\u00a0\ufeff\u2028']) assert.equal(isBlank(text), true);
  for (const text of ['a', ' . ', '\n\u200b']) assert.equal(isBlank(text), false);
});
