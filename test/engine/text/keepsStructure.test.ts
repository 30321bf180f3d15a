import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepsStructure } from '../../../src/engine/text/keepsStructure.js';

const keeps = (old: string, text: string, lineBefore = 'x = ', lineAfter = ';'): boolean =>
  keepsStructure({ old, text, lineBefore, lineAfter });

test('brackets and quotes may only come and go in pairs', () => {
  assert.ok(keeps('a - b', 'a + b'));
  assert.ok(keeps('a', 'f(a)') && keeps('f(a)', 'a') && keeps('a)', 'f(b))'));
  assert.ok(!keeps('a', '(a') && !keeps('a)', 'a') && !keeps(')(', '()') && keeps('](', ']('));
  assert.ok(keeps('a', '"a"') && !keeps('a', '"a') && !keeps('"a', "'a"));
  assert.ok(keeps('dont', "don't"), 'an apostrophe is no quote');
});

test('line breaks and the blanks at both ends of a line stay', () => {
  assert.ok(!keeps('a', 'a\nb') && !keeps('a\nb', 'a'));
  assert.ok(!keeps(' a', 'b', '  ') && keeps(' a', ' b', '  ') && keeps(' a', 'b', '  x'));
  assert.ok(!keeps('a', 'b ', 'x = ', '') && keeps('a', 'b', 'x = ', '') && keeps('a ', 'b', 'x = ', ';'));
});

test('whole lines may go', () => {
  assert.ok(keeps('  a();\n', '', '', '') && keeps('\n  a();', '', 'a();', ''));
  assert.ok(keeps(' {data}\n   ', '', '   ', ' {data}'), 'from within a line to the same place in the next');
  assert.ok(!keeps('  a(\n', '', '', '') && !keeps('a();\n  b', '', '  ', '();'));
});
