/** Rows are added in steps of this many, so that the shapes of tensors change seldom. */
const BUCKET = 64;

export interface KeyValueShape {
  /** Layers of the network whose keys and values are kept, in the order of this cache's layers. */
  readonly layers: readonly number[];
  readonly heads: number;
  readonly headSize: number;
  /** The most tokens this cache can hold. */
  readonly maxLength: number;
  /** Rows before the first token, for a text that is no part of the cache's own; absent = none. */
  readonly front?: number;
}

/** Keys and values that one pass returned for its rows: [L * 2 * sequences, heads, rows, headSize], see `attendToCache`. */
export interface NewKeyValues {
  readonly data: Float32Array;
  readonly sequences: number;
  readonly rows: number;
}

export type Kind = 'keys' | 'values';

/**
 * Keys and values of consecutive tokens, for a number of layers, in buffers that sessions read without a copy: each layer's
 * keys, and its values, are [heads, front + capacity, headSize]. Rows from `length` to `capacity` hold nothing of meaning. The
 * buffers stay the same for life; only the heads' distance follows the capacity.
 */
export class KeyValueCache {
  readonly #data: Readonly<Record<Kind, readonly Float32Array[]>>;
  readonly #front: number;
  #inFront: NewKeyValues | undefined;
  #length = 0;
  #capacity = 0;

  constructor(readonly shape: KeyValueShape) {
    this.#front = shape.front ?? 0;
    const size = shape.heads * shape.headSize * (this.#front + roundUp(shape.maxLength));
    // All in one piece, so large that the system gives pages of its own, each of them only when it is written.
    const all = new Float32Array(2 * shape.layers.length * size);
    const buffers = (kind: number): Float32Array[] =>
      shape.layers.map((_, index) => all.subarray((2 * index + kind) * size, (2 * index + kind + 1) * size));
    this.#data = { keys: buffers(0), values: buffers(1) };
  }

  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#capacity;
  }

  /** Rows of one head in its buffer: the front, and those for tokens. */
  get columns(): number {
    return this.#front + this.#capacity;
  }

  /** All heads of the cache's layer `index`, [heads, columns, headSize]; valid until the capacity changes. */
  all(kind: Kind, index: number): Float32Array {
    return this.#data[kind][index]!.subarray(0, this.shape.heads * this.shape.headSize * this.columns);
  }

  /** The first `length` tokens' rows of one head, [length, headSize]; valid until the capacity changes. */
  head(kind: Kind, index: number, head: number, length: number): Float32Array {
    const { headSize } = this.shape;
    const start = (head * this.columns + this.#front) * headSize;
    return this.#data[kind][index]!.subarray(start, start + length * headSize);
  }

  /** Writes all rows of a pass over one sequence into the front, from its first row on. Throws RangeError where they do not fit. */
  placeFront(source: NewKeyValues): void {
    if (source === this.#inFront) return;
    if (source.rows > this.#front) throw new RangeError(`${source.rows} rows do not fit into ${this.#front}`);
    this.#write(source, 0, source.rows, 0);
    this.#inFront = source;
  }

  /** Forgets all tokens from `length` on. */
  truncate(length: number): void {
    this.#length = Math.min(this.#length, length);
  }

  /** Adds the first `count` tokens of sequence `sequence`. Throws RangeError where they do not fit. */
  append(source: NewKeyValues, sequence: number, count: number): void {
    const start = this.#length;
    this.reserve(start + count);
    this.#write(source, sequence, count, this.#front + start);
    this.#length = start + count;
  }

  /** Makes the first `length` tokens of `other`, which has the same shape, the only ones here. */
  copy(other: KeyValueCache, length: number): void {
    this.#length = 0;
    this.fit(roundUp(length));
    const { layers, heads } = this.shape;
    for (const kind of ['keys', 'values'] as const) {
      for (const index of layers.keys()) {
        for (let head = 0; head < heads; head++) {
          this.head(kind, index, head, length).set(other.head(kind, index, head, length));
        }
      }
    }
    this.#length = length;
  }

  #write(source: NewKeyValues, sequence: number, count: number, start: number): void {
    const { layers, heads, headSize } = this.shape;
    layers.forEach((layer, index) => {
      (['keys', 'values'] as const).forEach((kind, k) => {
        const block = (layer * 2 + k) * source.sequences + sequence;
        for (let head = 0; head < heads; head++) {
          const from = (block * heads + head) * source.rows * headSize;
          const rows = source.data.subarray(from, from + count * headSize);
          this.#data[kind][index]!.set(rows, (head * this.columns + start) * headSize);
        }
      });
    });
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
    const front = this.#front;
    for (const data of [...this.#data.keys, ...this.#data.values]) {
      restride(
        data,
        heads,
        (front + this.#capacity) * headSize,
        (front + capacity) * headSize,
        (front + this.#length) * headSize,
      );
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
