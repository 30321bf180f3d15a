import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { KeyValueCache, type Kind, type NewKeyValues } from '../../../../src/engine/network/cache/keyValueCache.js';

const SHAPE = { layers: [0, 2], heads: 3, headSize: 2, maxLength: 300 };
const LAYERS = 3;

/** What stands for component `c` of token `id` there: every number says where it belongs. */
function mark(id: number, layer: number, kind: Kind, head: number, component: number): number {
  return id * 1000 + layer * 100 + (kind === 'keys' ? 0 : 50) + head * 10 + component;
}

function pass(sequences: readonly (readonly number[])[]): NewKeyValues {
  const rows = Math.max(...sequences.map((ids) => ids.length));
  const data: number[] = [];
  for (let layer = 0; layer < LAYERS; layer++) {
    for (const kind of ['keys', 'values'] as const) {
      for (const ids of sequences) {
        for (let head = 0; head < SHAPE.heads; head++) {
          for (let row = 0; row < rows; row++) {
            for (let c = 0; c < SHAPE.headSize; c++) data.push(mark(ids[row] ?? -1, layer, kind, head, c));
          }
        }
      }
    }
  }
  return { data: Float32Array.from(data), sequences: sequences.length, rows };
}

function check(cache: KeyValueCache, ids: readonly number[]): void {
  SHAPE.layers.forEach((layer, index) => {
    for (const kind of ['keys', 'values'] as const) {
      for (let head = 0; head < SHAPE.heads; head++) {
        const expected = ids.flatMap((id) => [0, 1].map((c) => mark(id, layer, kind, head, c)));
        assert.deepEqual([...cache.head(kind, index, head, ids.length)], expected);
        const start = (head * cache.columns + cache.columns - cache.capacity) * SHAPE.headSize;
        assert.deepEqual([...cache.all(kind, index).subarray(start, start + expected.length)], expected);
      }
    }
  });
}

describe('KeyValueCache', () => {
  it('holds the first tokens of another one, whatever it held before', () => {
    const other = new KeyValueCache({ ...SHAPE, front: 5 });
    other.append(pass([[1, 2, 3, 4, 5]]), 0, 5);
    other.fit(200);
    const cache = new KeyValueCache({ ...SHAPE, front: 5 });
    cache.append(pass([Array.from({ length: 90 }, () => 9)]), 0, 90);
    cache.copy(other, 3);
    check(cache, [1, 2, 3]);
    assert.equal(cache.length, 3);
    cache.append(pass([[6]]), 0, 1);
    check(cache, [1, 2, 3, 6]);
    check(other, [1, 2, 3, 4, 5]);
  });

  it('holds what was appended and not cut off, through every change of capacity', () => {
    const step = fc.oneof(
      fc.record({ add: fc.array(fc.nat(9), { minLength: 1, maxLength: 90 }) }),
      fc.record({ cut: fc.nat(120) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const cache = new KeyValueCache(SHAPE);
        let ids: number[] = [];
        for (const action of steps) {
          if ('cut' in action) {
            ids = ids.slice(0, Math.max(0, ids.length - action.cut));
            cache.truncate(ids.length);
          } else if (ids.length + action.add.length <= SHAPE.maxLength) {
            ids.push(...action.add);
            cache.append(pass([action.add]), 0, action.add.length);
          }
          assert.equal(cache.length, ids.length);
          assert.ok(cache.capacity >= cache.length);
          check(cache, ids);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('keeps what was placed in front, apart from its tokens', () => {
    const shape = { ...SHAPE, front: 5 };
    const cache = new KeyValueCache(shape);
    const front = (cached: KeyValueCache): number[] => Array.from(cached.all('values', 1).subarray(0, 4));
    const marks = (...ids: number[]): number[] => ids.flatMap((id) => [0, 1].map((c) => mark(id, 2, 'values', 0, c)));
    cache.fit(64);
    cache.placeFront(pass([[7, 8, 9]]));
    const ids = Array.from({ length: 70 }, (_, i) => i % 10);
    cache.append(pass([ids.slice(0, 10)]), 0, 10);
    cache.append(pass([ids.slice(10)]), 0, 60);
    assert.equal(cache.columns, cache.capacity + 5);
    check(cache, ids);
    assert.deepEqual(front(cache), marks(7, 8));
    cache.placeFront(pass([[4, 3]]));
    cache.truncate(40);
    cache.fit(48);
    check(cache, ids.slice(0, 40));
    assert.deepEqual(front(cache), marks(4, 3));
    cache.truncate(0);
    cache.fit(100);
    assert.deepEqual(front(cache), marks(4, 3), 'without any tokens too');
    assert.throws(() => cache.placeFront(pass([[1, 2, 3, 4, 5, 6]])), RangeError);
  });

  it('takes one sequence of several, and no padding', () => {
    const cache = new KeyValueCache(SHAPE);
    cache.append(pass([[1, 2, 3], [4, 5], [6]]), 1, 2);
    check(cache, [4, 5]);
  });

  it('refuses more than it can hold', () => {
    const cache = new KeyValueCache(SHAPE);
    assert.throws(() => cache.append(pass([Array<number>(301).fill(1)]), 0, 301), RangeError);
    assert.equal(cache.length, 0);
  });
});
