import type { KeyValueShape, NewKeyValues } from './keyValueSlot.js';

/** Columns are added in steps of this many. */
const BUCKET = 8;

/**
 * The tokens that one of several lanes has absorbed: their keys and values by rows, and the hidden state of the last.
 * A single lane needs no tail: its tokens go into the prefix slot, where the next request finds them.
 */
export class LaneTail {
  readonly tokens: number[] = [];
  /** [tokens, D] before the norm. */
  readonly hidden: Float32Array[] = [];
  /** For each token: [L, 2, heads, headSize]. */
  readonly #columns: Float32Array[] = [];

  constructor(private readonly shape: KeyValueShape) {}

  get length(): number {
    return this.tokens.length;
  }

  append(tokens: readonly number[], source: NewKeyValues, lane: number, hidden: readonly Float32Array[]): void {
    const { layers, heads, headSize } = this.shape;
    tokens.forEach((_, row) => {
      const column = new Float32Array(layers.length * 2 * heads * headSize);
      let to = 0;
      for (const layer of layers) {
        for (const kind of [0, 1]) {
          for (let head = 0; head < heads; head++, to += headSize) {
            const block = ((layer * 2 + kind) * source.lanes + lane) * heads + head;
            const from = (block * source.rows + row) * headSize;
            column.set(source.data.subarray(from, from + headSize), to);
          }
        }
      }
      this.#columns.push(column);
    });
    this.tokens.push(...tokens);
    this.hidden.push(...hidden);
  }

  /** Writes keys (kind 0) or values (kind 1) of encoder layer `layer` as [heads, rows, headSize] into `out` at `offset`. */
  copy(layer: number, kind: 0 | 1, out: Float32Array, offset: number, rows: number): void {
    const { heads, headSize } = this.shape;
    this.#columns.forEach((column, row) => {
      for (let head = 0; head < heads; head++) {
        const from = ((layer * 2 + kind) * heads + head) * headSize;
        out.set(column.subarray(from, from + headSize), offset + (head * rows + row) * headSize);
      }
    });
  }
}

/** Tail rows to reserve for lanes of which the longest has `length` tokens. */
export function tailRows(length: number): number {
  return Math.ceil(length / BUCKET) * BUCKET;
}
