import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAlike } from '../../../../src/engine/infill/alternatives/alike.js';

test('texts are alike that are equal but for blanks, or where one is how the other begins', () => {
  for (const [one, other] of [
    ['a + b', 'a+b'],
    ['first', 'first + second'],
    ['if (a) {\n  b', 'if (a) { b();'],
  ] as const) {
    assert.ok(isAlike(one, other), `${one} | ${other}`);
    assert.ok(isAlike(other, one), `${other} | ${one}`);
  }
});

test('texts that part somewhere are none', () => {
  assert.ok(!isAlike('first + second;', 'first - second;'));
  assert.ok(!isAlike('first;', 'first + second'));
  assert.ok(!isAlike('a', 'b'));
});
