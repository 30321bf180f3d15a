import assert from 'node:assert/strict';
import { test } from 'node:test';
import { namePlaceAt } from '../../../src/extension/names/namePlace.js';

/** What is begun at the cursor `|`; undefined where no name is written. */
function begunAt(drawn: string): string | undefined {
  const [prefix = '', suffix = ''] = drawn.split('|');
  return namePlaceAt(prefix, suffix)?.begun;
}

for (const drawn of ['order.|', 'order?.|;', 'p->|', 'std::|', 'f().|\n', 'a[1].|', 'x1.|', '"a".|']) {
  test(`a name follows in ${JSON.stringify(drawn)}`, () => assert.equal(begunAt(drawn), ''));
}

for (const [drawn, begun] of [
  ['order.to|', 'to'],
  ['return us|\n', 'us'],
  ['$el|', '$el'],
  ['naï|', 'naï'],
] as const) {
  test(`a name is begun in ${JSON.stringify(drawn)}`, () => assert.equal(begunAt(drawn), begun));
}

for (const drawn of [
  '|',
  'a + |',
  'f(|)',
  '1.|',
  '[1_000.|',
  '3.1|',
  'a..|',
  '...|',
  'order.|total',
  'or|der',
  'a: |',
  'a - |',
]) {
  test(`no name is written in ${JSON.stringify(drawn)}`, () => assert.equal(begunAt(drawn), undefined));
}
