import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lookedUp } from '../../../../src/engine/infill/denoise/lookedUp.js';

test('what followed the last tokens where they stand already is proposed', () => {
  assert.deepEqual(lookedUp([1, 2, 3, 4, 5, 1, 2], [], 3), [3, 4, 5]);
  assert.deepEqual(lookedUp([9, 1, 2], [1, 2, 3, 4], 3), [3, 4], 'also behind the hole');
});

test('the longest match has the word, and of equal ones the nearest', () => {
  assert.deepEqual(lookedUp([7, 1, 2, 3, 8, 1, 2, 4, 7, 1, 2], [], 1), [3]);
  assert.deepEqual(lookedUp([1, 2, 3, 1, 2, 4, 1, 2], [], 1), [4]);
  assert.deepEqual(lookedUp([1, 2, 4, 7, 1, 2], [7, 1, 2, 3], 1), [3], 'whichever side it stands on');
});

test('a single token that agrees is chance, and nothing is proposed', () => {
  assert.deepEqual(lookedUp([1, 2, 3, 2], [2, 5], 4), []);
  assert.deepEqual(lookedUp([], [1, 2], 4), []);
  assert.deepEqual(lookedUp([1, 2, 3, 1, 2], [], 0), []);
});

test('whatever is proposed stands behind two tokens that are the last ones', () => {
  const ids = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 40 });
  fc.assert(
    fc.property(ids, ids, fc.integer({ min: 0, max: 6 }), (before, after, most) => {
      const found = lookedUp(before, after, most);
      assert.ok(found.length <= most);
      if (found.length === 0) return;
      const wanted = [...before.slice(-2), ...found].join();
      const stands = (text: readonly number[]): boolean =>
        text.some((_, i) => text.slice(i, i + 2 + found.length).join() === wanted);
      assert.ok(stands(before) || stands(after));
    }),
  );
});
