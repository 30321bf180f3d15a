/** Rows are added in steps of this many, so that the shapes of tensors change seldom. */
const BUCKET = 64;

export interface KeyValueShape {
  /** Encoder layers whose keys and values are kept, in the order of this cache's layers. */
  readonly layers: readonly number[];
  readonly heads: number;
  readonly headSize: number;
  /** The most tokens this cache can hold. */
  readonly maxLength: number;
}

/** Keys and values that one encoder pass returned for its rows: [L * 2 * sequences, heads, rows, headSize], see `encoderGraph`. */
export interface NewKeyValues {
  readonly data: Float32Array;
  readonly sequences: number;
  readonly rows: number;
}

export type Kind = 'keys' | 'values';

/**
 * Keys and values of consecutive tokens, for a number of layers, in buffers that sessions read without a copy: each layer's
 * keys, and its values, are [heads, capacity, headSize]. Rows from `length` to `capacity` hold nothing of meaning. The buffers
 * stay the same for life; only the heads' distance follows the capacity.
 */
export class KeyValueCache {
  readonly #data: Readonly<Record<Kind, readonly Float32Array[]>>;
  #length = 0;
  #capacity = 0;

  constructor(readonly shape: KeyValueShape) {
    const size = shape.heads * shape.headSize * roundUp(shape.maxLength);
    const buffers = (): Float32Array[] => shape.layers.map(() => new Float32Array(size));
    this.#data = { keys: buffers(), values: buffers() };
  }

  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** All heads of the cache's layer `index`, [heads, capacity, headSize]; valid until the capacity changes. */
  all(kind: Kind, index: number): Float32Array {
    return this.#data[kind][index]!.subarray(0, this.shape.heads * this.shape.headSize * this.#capacity);
  }

  /** The first `length` rows of one head, [length, headSize]; valid until the capacity changes. */
  head(kind: Kind, index: number, head: number, length: number): Float32Array {
    const { headSize } = this.shape;
    const start = head * this.#capacity * headSize;
    return this.#data[kind][index]!.subarray(start, start + length * headSize);
  }

  /** Forgets all tokens from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** Adds the first `count` tokens of sequence `sequence`. Throws RangeError where they do not fit. */
  append(source: NewKeyValues, sequence: number, count: number): void {
    const { layers, heads, headSize } = this.shape;
    const start = this.#length;
    this.reserve(start + count);
    layers.forEach((layer, index) => {
      (['keys', 'values'] as const).forEach((kind, k) => {
        const block = (layer * 2 + k) * source.sequences + sequence;
        for (let head = 0; head < heads; head++) {
          const from = (block * heads + head) * source.rows * headSize;
          const rows = source.data.subarray(from, from + count * headSize);
          this.#data[kind][index]!.set(rows, (head * this.#capacity + start) * headSize);
        }
      });
    });
    this.#length = start + count;
  }

  /** Makes room for `length` tokens. */
  reserve(length: number): void {
    const { maxLength } = this.shape;
    if (length > maxLength) throw new RangeError(`${length} tokens do not fit into ${maxLength}`);
    if (length > this.#capacity) this.#setCapacity(roundUp(length));
  }

  /** Makes the capacity `capacity`, or all there is where that is less, whatever it was before. Throws RangeError where tokens would not fit. */
  fit(capacity: number): void {
    const fitting = Math.min(capacity, roundUp(this.shape.maxLength));
    if (fitting < this.#length) throw new RangeError(`${this.#length} tokens do not fit into ${fitting}`);
    if (fitting !== this.#capacity) this.#setCapacity(fitting);
  }

  #setCapacity(capacity: number): void {
    const { heads, headSize } = this.shape;
    for (const data of [...this.#data.keys, ...this.#data.values]) {
      restride(data, heads, this.#capacity * headSize, capacity * headSize, this.#length * headSize);
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
