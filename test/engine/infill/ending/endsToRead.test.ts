import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { endsToRead } from '../../../../src/engine/infill/ending/endsToRead.js';

const end = (bound: number, next: number | undefined) => ({ bound, next });

describe('the ends that are read on from', () => {
  test('are those near the best one, where the suffix follows it well', () => {
    const [best, near, far] = [end(10, -0.5), end(8, -6), end(6, -0.1)];
    assert.deepEqual(endsToRead([far, best, near]), [best, near]);
  });

  test('are none, where only the best one is near', () => {
    assert.deepEqual(endsToRead([end(2, -0.5), end(10, -0.5), end(6.9, -0.5)]), []);
    assert.deepEqual(endsToRead([end(1, 0)]), []);
  });

  test('are all, where the suffix does not follow the best one well, since its bound says little then', () => {
    const unlikely = [end(10, -4.5), end(-20, -0.1)];
    assert.deepEqual(endsToRead(unlikely), unlikely);
    const unlisted = [end(10, undefined), end(2, -0.1), end(-20, undefined)];
    assert.deepEqual(endsToRead(unlisted), unlisted);
  });
});
