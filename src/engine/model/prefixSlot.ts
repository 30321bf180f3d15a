import { KeyValueSlot, type KeyValueShape, type NewKeyValues } from './keyValueSlot.js';

/** A run of tokens that the encoder has read: ids (the start token included), keys, values and final hidden states. */
export class PrefixSlot {
  readonly keyValues: KeyValueSlot;
  readonly #hidden: Float32Array;
  #tokens: number[] = [];

  constructor(
    shape: KeyValueShape,
    private readonly hiddenSize: number,
  ) {
    this.keyValues = new KeyValueSlot(shape);
    this.#hidden = new Float32Array(shape.maxLength * hiddenSize);
  }

  get tokens(): readonly number[] {
    return this.#tokens;
  }

  /** How many leading tokens of `ids` are the slot's own. */
  sharedLength(ids: readonly number[]): number {
    const end = Math.min(ids.length, this.#tokens.length);
    let length = 0;
    while (length < end && ids[length] === this.#tokens[length]) length++;
    return length;
  }

  /** The final hidden state [D] of token `index`, before the norm; valid until the slot changes. */
  hidden(index: number): Float32Array {
    if (index < 0 || index >= this.#tokens.length) throw new RangeError(`the slot has no token ${index}`);
    return this.#hidden.subarray(index * this.hiddenSize, (index + 1) * this.hiddenSize);
  }

  truncate(length: number): void {
    this.#tokens.length = Math.min(this.#tokens.length, length);
    this.keyValues.truncate(length);
  }

  /** `hidden` [ids.length, D] */
  append(ids: readonly number[], keyValues: NewKeyValues, hidden: Float32Array): void {
    const start = this.#tokens.length;
    this.keyValues.append(keyValues, 0, ids.length);
    this.#hidden.set(hidden, start * this.hiddenSize);
    this.#tokens.push(...ids);
  }
}
