import { KeyValueCache, type KeyValueShape, type NewKeyValues } from './keyValueCache.js';

/**
 * The tokens that one of several lanes has appended: their keys and values, and the hidden state of the last.
 * A single lane needs none of this: its tokens go into the prefix slot, where an equal request recalls them.
 */
export class LaneTail {
  #keyValues: KeyValueCache | undefined;
  #lastHidden: Float32Array | undefined;

  constructor(private readonly shape: KeyValueShape) {}

  get length(): number {
    return this.#keyValues?.length ?? 0;
  }

  /** The final hidden state [D] of the last token, before the norm; undefined while there is none. */
  get lastHidden(): Float32Array | undefined {
    return this.#lastHidden;
  }

  get keyValues(): KeyValueCache | undefined {
    return this.#keyValues;
  }

  /** Adds the first `count` tokens of lane `lane` of an encoder pass. */
  append(source: NewKeyValues, lane: number, count: number, lastHidden: Float32Array): void {
    this.#keyValues ??= new KeyValueCache(this.shape);
    this.#keyValues.append(source, lane, count);
    this.#lastHidden = lastHidden;
  }
}
