import type { NewKeyValues } from './keyValueCache.js';
import { prefixBlocks } from './prefixBlocks.js';
import type { PrefixCache } from './prefixCache.js';

/** Long texts are read in pieces, so that attention scores stay small. */
const CHUNK = 128;

/** What one pass told of its tokens. */
export interface ReadTokens {
  readonly keyValues: NewKeyValues;
  /** What the cache keeps of each token besides, [rows, D]. */
  readonly hidden: Float32Array;
}

/** Reads `ids` in one pass after the tokens that `cache` holds. */
export type ReadAfter = (cache: PrefixCache, ids: readonly number[]) => Promise<ReadTokens>;

/**
 * Makes `cache` hold exactly `ids`, all of them settled: see `prefixBlocks`. Resolves to the number of tokens that were not settled
 * there before.
 */
export async function settlePrefix(cache: PrefixCache, ids: readonly number[], read: ReadAfter): Promise<number> {
  const kept = cache.settledShare(ids);
  for (const { start, rows, room } of prefixBlocks(kept, ids.length)) {
    const own = ids.slice(start, start + rows);
    cache.truncate(start);
    cache.keyValues.fit(room);
    // No token sees those after it, so it does not matter what fills the block.
    const filled = [...own, ...Array<number>(rows - own.length).fill(own[0]!)];
    const { keyValues, hidden } = await read(cache, filled);
    cache.append(own, keyValues, hidden.subarray(0, (hidden.length / rows) * own.length));
  }
  cache.settle(ids.length);
  return ids.length - kept;
}

/**
 * Makes `cache` hold exactly `ids`, keeping what it shares with them; what is new is read in one go and not settled. Resolves to
 * the number of tokens read.
 */
export async function advancePrefix(cache: PrefixCache, ids: readonly number[], read: ReadAfter): Promise<number> {
  const shared = cache.sharedLength(ids);
  if (shared < cache.length) cache.truncate(shared);
  for (let start = shared; start < ids.length; start += CHUNK) {
    const chunk = ids.slice(start, start + CHUNK);
    if (cache.recall(chunk)) continue;
    const { keyValues, hidden } = await read(cache, chunk);
    cache.append(chunk, keyValues, hidden);
  }
  return ids.length - shared;
}
