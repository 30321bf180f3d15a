import type { KeptRows } from './networkRunner.js';

/** The rows of a sequence that a step has to compute, half-open; what is outside of them is context that may be kept. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

interface Kept {
  readonly rows: KeptRows;
  /** Rows of the whole sequence that they were computed in. */
  readonly length: number;
  steps: number;
}

/**
 * The context's keys and values around each canvas, kept for some steps: the prefix and dual caches of Fast-dLLM (arXiv 2505.22618,
 * section 3.2) with the canvas in the role of the block. They are approximate, because in a bidirectional network the context's
 * rows see the canvas, and were computed with an earlier state of it. Only in a network of one layer they do not depend on it.
 */
export class KeptContext {
  readonly #canvases = new Map<number, Kept>();

  /** `refresh`: of so many steps in a row the first computes everything. */
  constructor(private readonly refresh: number) {}

  /** What is kept for a canvas's next step; undefined where it has to compute everything, as after any change of its length. */
  take(canvas: number, length: number): KeptRows | undefined {
    const kept = this.#canvases.get(canvas);
    if (kept?.length !== length || kept.steps >= this.refresh) return undefined;
    kept.steps++;
    return kept.rows;
  }

  /** Keeps what is outside of `range`, of all rows of a canvas's sequence. */
  keep(canvas: number, all: KeptRows, range: RowRange): void {
    this.#canvases.set(canvas, { rows: withoutRange(all, range), length: all.rows, steps: 1 });
  }
}

function withoutRange({ rows, headSize, keys, values }: KeptRows, { from, to }: RowRange): KeptRows {
  const kept = rows - (to - from);
  const cut = (layer: Float32Array): Float32Array => {
    const heads = layer.length / (rows * headSize);
    const result = new Float32Array(heads * kept * headSize);
    for (let head = 0; head < heads; head++) {
      const own = layer.subarray(head * rows * headSize, (head + 1) * rows * headSize);
      result.set(own.subarray(0, from * headSize), head * kept * headSize);
      result.set(own.subarray(to * headSize), (head * kept + from) * headSize);
    }
    return result;
  };
  return { rows: kept, headSize, keys: keys.map(cut), values: values.map(cut) };
}
