import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkCache } from '../../../src/engine/tokenizer/chunkCache.js';

test('encodes a chunk once while it is in use, and forgets the one not used for longest', () => {
  const encoded: string[] = [];
  const cache = new ChunkCache(6);
  const get = (chunk: string): readonly number[] =>
    cache.get(chunk, (each) => {
      encoded.push(each);
      return [each.length];
    });
  for (const chunk of ['aa', 'bb', 'cc', 'aa', 'dd', 'aa', 'cc', 'bb']) get(chunk);
  assert.deepEqual(encoded, ['aa', 'bb', 'cc', 'dd', 'bb']);
});

test('a chunk larger than the whole cache is answered all the same', () => {
  const cache = new ChunkCache(3);
  assert.deepEqual(
    cache.get('too long', () => [1, 2]),
    [1, 2],
  );
  assert.deepEqual(
    cache.get('too long', () => [3]),
    [3],
  );
});
