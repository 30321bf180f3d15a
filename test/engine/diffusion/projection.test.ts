import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  allOf,
  closeAfter,
  closeAtEnd,
  type Projection,
  resize,
  restorePinned,
} from '../../../src/engine/diffusion/projection.js';

const MASK = 0;
const EOM = 1;

function project(projection: Projection, ids: readonly number[], offset = 0): number[] {
  const canvas = {
    ids: [...ids],
    offset,
    replace: (position: number, others: readonly number[]): void => void canvas.ids.splice(position, 1, ...others),
  };
  projection(canvas);
  return canvas.ids;
}

test('everything right of the first <eom> becomes <eom>', () => {
  assert.deepEqual(project(closeAtEnd(EOM), [7, MASK, EOM, 8, MASK, EOM]), [7, MASK, EOM, EOM, EOM, EOM]);
  assert.deepEqual(project(closeAtEnd(EOM), [7, MASK, 8]), [7, MASK, 8]);
});

test('everything right of the first last token becomes <eom>, itself not', () => {
  const isLast = (id: number): boolean => id === 5;
  assert.deepEqual(project(closeAfter(isLast, MASK, EOM), [7, MASK, 5, 8, MASK, 5]), [7, MASK, 5, EOM, EOM, EOM]);
  assert.deepEqual(project(closeAfter(isLast, MASK, EOM), [MASK, 5]), [MASK, 5]);
});

test('what is the last token may depend on its place on the first canvas', () => {
  const isLast = (_id: number, position: number): boolean => position === 3;
  assert.deepEqual(project(closeAfter(isLast, MASK, EOM), [7, 8, 9], 2), [7, 8, EOM]);
});

test('pinned tokens are restored, appended ones no longer', () => {
  const pinned = new Map([
    [1, 50],
    [4, 51],
  ]);
  assert.deepEqual(project(restorePinned(pinned), [7, 8, 9, MASK, EOM]), [7, 50, 9, MASK, 51]);
  assert.deepEqual(project(restorePinned(pinned), [7, 8, EOM], 2), [7, 8, 51]);
});

test('the last projection has the last word', () => {
  const both = allOf(closeAtEnd(EOM), restorePinned(new Map([[2, 50]])));
  assert.deepEqual(project(both, [EOM, MASK, MASK]), [EOM, EOM, 50]);
});

test('an expand token becomes two masks, a delete token leaves', () => {
  assert.deepEqual(project(resize(30, 31, MASK), [7, 30, 31, 8, 30]), [7, MASK, MASK, 8, MASK, MASK]);
  assert.deepEqual(project(resize(30, undefined, MASK), [30, 31]), [MASK, MASK, 31]);
});
