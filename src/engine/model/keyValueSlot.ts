/** Columns are added in steps of this many, so that tensor shapes change seldom. */
const BUCKET = 64;

export interface KeyValueShape {
  /** Encoder layers whose keys and values are kept, in the order of this slot's layers. */
  readonly layers: readonly number[];
  readonly heads: number;
  readonly headSize: number;
  /** The most tokens this slot can hold. */
  readonly maxLength: number;
}

/** Keys and values that one encoder pass returned for its T new tokens: [L * 2 * lanes, heads, T, headSize], see `encoderGraph`. */
export interface NewKeyValues {
  readonly data: Float32Array;
  readonly lanes: number;
  readonly rows: number;
}

/**
 * Keys and values of consecutive tokens, for a number of layers, as sessions read them: keys transposed [heads, headSize,
 * capacity], values [heads, capacity, headSize]. Columns from `length` to `capacity` hold nothing of meaning and have to be
 * masked. The buffers stay the same for life; only their inner stride follows the capacity.
 */
export class KeyValueSlot {
  readonly #keys: Float32Array[];
  readonly #values: Float32Array[];
  #length = 0;
  #capacity = 0;

  constructor(readonly shape: KeyValueShape) {
    const size = shape.heads * shape.headSize * roundUp(shape.maxLength);
    this.#keys = shape.layers.map(() => new Float32Array(size));
    this.#values = shape.layers.map(() => new Float32Array(size));
  }

  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** The keys of this slot's layer `index`, [heads, headSize, capacity]; valid until the capacity changes. */
  keys(index: number): Float32Array {
    return this.#keys[index]!.subarray(0, this.shape.heads * this.shape.headSize * this.#capacity);
  }

  /** The values of this slot's layer `index`, [heads, capacity, headSize]; valid until the capacity changes. */
  values(index: number): Float32Array {
    return this.#values[index]!.subarray(0, this.shape.heads * this.shape.headSize * this.#capacity);
  }

  /** Forgets all tokens from `length` on. */
  truncate(length: number): void {
    if (length >= this.#length) return;
    this.#length = length;
    this.#setCapacity(roundUp(length));
  }

  /** Adds the first `count` tokens of lane `lane`. Throws RangeError where they do not fit. */
  append(source: NewKeyValues, lane: number, count: number): void {
    const { layers, heads, headSize, maxLength } = this.shape;
    const start = this.#length;
    if (start + count > maxLength) throw new RangeError(`${start + count} tokens do not fit into ${maxLength}`);
    this.#setCapacity(roundUp(start + count));
    const capacity = this.#capacity;
    const block = heads * source.rows * headSize;
    layers.forEach((layer, index) => {
      const keys = this.#keys[index]!;
      const values = this.#values[index]!;
      const keysFrom = (layer * 2 * source.lanes + lane) * block;
      const valuesFrom = keysFrom + source.lanes * block;
      for (let head = 0; head < heads; head++) {
        const from = head * source.rows * headSize;
        const columns = source.data.subarray(keysFrom + from, keysFrom + from + count * headSize);
        for (let component = 0; component < headSize; component++) {
          const to = (head * headSize + component) * capacity + start;
          for (let token = 0; token < count; token++) keys[to + token] = columns[token * headSize + component]!;
        }
        const rows = source.data.subarray(valuesFrom + from, valuesFrom + from + count * headSize);
        values.set(rows, (head * capacity + start) * headSize);
      }
    });
    this.#length = start + count;
  }

  #setCapacity(capacity: number): void {
    if (capacity === this.#capacity) return;
    const { heads, headSize } = this.shape;
    for (const keys of this.#keys) restride(keys, heads * headSize, this.#capacity, capacity, this.#length);
    for (const values of this.#values) {
      restride(values, heads, this.#capacity * headSize, capacity * headSize, this.#length * headSize);
    }
    this.#capacity = capacity;
  }
}

/** Moves `count` runs of `used` elements from being `from` apart to being `to` apart, in place. */
function restride(data: Float32Array, count: number, from: number, to: number, used: number): void {
  if (used === 0) return;
  const move = (run: number): unknown => data.copyWithin(run * to, run * from, run * from + used);
  // Growing runs move up, so the last goes first; shrinking the other way round.
  if (to > from) for (let run = count - 1; run > 0; run--) move(run);
  else for (let run = 1; run < count; run++) move(run);
}

function roundUp(length: number): number {
  return Math.ceil(length / BUCKET) * BUCKET;
}
