import { KeyValueCache, type KeyValueShape, type NewKeyValues } from './keyValueCache.js';
import { prefixDivision, roomOf, sharedDivision } from './prefixBlocks.js';

/** Tokens that were read together after the settled ones. */
interface Pass {
  readonly start: number;
  readonly end: number;
  /** The capacity that the cache had then. */
  readonly room: number;
}

/**
 * A run of tokens that a network has read: ids (the start token included), keys, values and final hidden states. The first of
 * them are settled: read in the passes that `prefixBlocks` names, and so the same to the last bit whatever was read before. What
 * follows belongs to one request; the next one begins at the settled tokens again and recalls a pass where it would be the same.
 */
export class PrefixCache {
  readonly keyValues: KeyValueCache;
  readonly #hidden: Float32Array;
  /** Those from `#length` on can only be recalled. */
  #tokens: number[] = [];
  #length = 0;
  #settledLength = 0;
  /** Which blocks they were read in when they were settled. */
  #division = prefixDivision(0);
  #passes: Pass[] = [];

  constructor(
    shape: KeyValueShape,
    private readonly hiddenSize: number,
  ) {
    this.keyValues = new KeyValueCache(shape);
    this.#hidden = new Float32Array(shape.maxLength * hiddenSize);
  }

  get tokens(): readonly number[] {
    return this.#tokens.slice(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  get settledLength(): number {
    return this.#settledLength;
  }

  /** How many leading tokens of `ids` are the cache's own. */
  sharedLength(ids: readonly number[]): number {
    const end = Math.min(ids.length, this.#length);
    let length = 0;
    while (length < end && ids[length] === this.#tokens[length]) length++;
    return length;
  }

  /** How many leading tokens of `ids` are settled here as they would be if exactly `ids` were. */
  settledShare(ids: readonly number[]): number {
    const shared = Math.min(this.sharedLength(ids), this.#settledLength);
    return Math.min(shared, sharedDivision(prefixDivision(ids.length), this.#division));
  }

  /** The final hidden state [D] of token `index`, normed or not as it was appended; valid until the cache changes. */
  hidden(index: number): Float32Array {
    if (index < 0 || index >= this.#length) throw new RangeError(`the cache has no token ${index}`);
    return this.#hidden.subarray(index * this.hiddenSize, (index + 1) * this.hiddenSize);
  }

  truncate(length: number): void {
    if (length >= this.#tokens.length) return;
    this.#tokens.length = length;
    this.#length = Math.min(this.#length, length);
    this.#settledLength = Math.min(this.#settledLength, length);
    this.#passes = this.#passes.filter(({ end }) => end <= length);
    this.keyValues.truncate(length);
  }

  /** Makes the cache hold the first `length` tokens of `other`, settled where they are there. */
  copy(other: PrefixCache, length: number): void {
    this.truncate(0);
    this.keyValues.copy(other.keyValues, length);
    this.#hidden.set(other.#hidden.subarray(0, length * this.hiddenSize));
    this.#tokens = other.#tokens.slice(0, length);
    this.#length = length;
    this.#settledLength = Math.min(length, other.#settledLength);
    this.#division = other.#division;
  }

  /** Adds what one pass read after the cache's tokens. `hidden` [ids.length, D]. */
  append(ids: readonly number[], keyValues: NewKeyValues, hidden: Float32Array): void {
    const start = this.#length;
    this.truncate(start);
    const room = this.keyValues.capacity;
    this.keyValues.append(keyValues, 0, ids.length);
    this.#hidden.set(hidden, start * this.hiddenSize);
    this.#tokens.push(...ids);
    this.#length = this.#tokens.length;
    this.#passes.push({ start, end: this.#length, room });
  }

  /** Whether an earlier request read exactly `ids` in one pass after exactly the cache's tokens. They are the cache's own again then. */
  recall(ids: readonly number[]): boolean {
    const start = this.#length;
    const pass = this.#passes.find((known) => known.start === start);
    if (pass?.end !== start + ids.length || pass.room !== this.keyValues.capacity) return false;
    if (ids.some((id, i) => id !== this.#tokens[start + i])) return false;
    this.#length = pass.end;
    return true;
  }

  /**
   * Makes the first `length` tokens, all read in their blocks, the cache's own and no others, with as much room as they always have.
   * What was read after exactly them, with that room, can still be recalled.
   */
  settle(length: number): void {
    const room = roomOf(length);
    if (length !== this.#settledLength || this.keyValues.capacity !== room) {
      this.truncate(length);
      this.#passes = [];
      this.keyValues.fit(room);
    }
    this.#length = length;
    this.#settledLength = length;
    this.#division = prefixDivision(length);
  }
}
