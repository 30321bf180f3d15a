import type { NewKeyValues } from '../cache/keyValueCache.js';

/** A suffix that was read on its own, the token that opens it included. */
export interface SuffixRows {
  readonly ids: readonly number[];
  readonly keyValues: NewKeyValues;
}
