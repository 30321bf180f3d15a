import type { Architecture } from '../manifest.js';
import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import type { Rotary } from './rotary.js';

/** Keys (rotated) and values of some rows in one layer, [B, KV, rows, head]. */
export interface KeyValues {
  readonly keys: Value;
  readonly values: Value;
}

/**
 * What differs between encoder and denoiser: where keys and values come from. `queries` [B, KV, G * R, head] and the rows' own
 * keys and values -> the attended values, shaped as the queries.
 */
export type Attend = (queries: Value, own: KeyValues, layer: number) => Value;

/** The symbol for G * R, the rows of all query heads that share a key/value head. */
export const GROUP_ROWS = 'G*R';

const swapHeadsAndRows = { attributes: { perm: { ints: [0, 2, 1, 3] } } };

/**
 * Attention with grouped query heads from plain products and one softmax: the heads that share a key/value head are stacked as
 * rows, [B, KV, G * R, head] with row g * R + r, so that each product is as large as it can be and keys are not repeated.
 */
export class GroupedAttention {
  readonly #graph: GraphBuilder;
  readonly #architecture: Architecture;
  readonly #rotary: Rotary;
  readonly #positions: Value;
  readonly #attend: Attend;
  /** Shapes as values: [B, R, H + 2 KV, head], [B, KV, G * R, head], [B, H, R, head]. */
  readonly #shapes: { readonly heads: Value; readonly grouped: Value; readonly ungrouped: Value };

  /** `positions`: int64 [B, R]. */
  constructor(graph: GraphBuilder, positions: Value, architecture: Architecture, rotary: Rotary, attend: Attend) {
    this.#graph = graph;
    this.#architecture = architecture;
    this.#rotary = rotary;
    this.#positions = positions;
    this.#attend = attend;
    const { attentionHeads: heads, keyValueHeads: kv, headSize } = architecture;
    const size = (from: number, to: number): Value =>
      graph.op('Shape', [positions], { attributes: { start: { int: from }, end: { int: to } } });
    const shape = (...dims: Value[]): Value => graph.op('Concat', dims, { attributes: { axis: { int: 0 } } });
    this.#shapes = {
      heads: shape(size(0, 2), graph.ints([heads + 2 * kv, headSize])),
      grouped: shape(size(0, 1), graph.ints([kv, -1, headSize])),
      ungrouped: shape(size(0, 1), graph.ints([heads, -1, headSize])),
    };
  }

  /** qkv [M, (H + 2 KV) * head] -> attended rows [M, H * head], and the rows' own keys and values. */
  add(qkv: Value, layer: number): { readonly rows: Value; readonly own: KeyValues } {
    const graph = this.#graph;
    const { attentionHeads, keyValueHeads: kv, headSize } = this.#architecture;
    const count = attentionHeads + 2 * kv;
    const split = graph.op('Reshape', [qkv, this.#shapes.heads], { shape: ['B', 'R', count, headSize] });
    const heads = graph.op('Transpose', [split], swapHeadsAndRows);
    const sizes = graph.ints([attentionHeads, kv, kv]);
    const parts = graph.ops('Split', [heads, sizes], 3, { attributes: { axis: { int: 1 } } });
    const [q, k, values] = parts as [Value, Value, Value];
    const own = { keys: this.#rotary.rotate(graph, k, this.#positions), values };
    const rotated = this.#rotary.rotate(graph, q, this.#positions);
    const queries = graph.op('Reshape', [rotated, this.#shapes.grouped], { shape: ['B', kv, GROUP_ROWS, headSize] });
    const attended = this.#attend(queries, own, layer);
    const shape = ['B', attentionHeads, 'R', headSize];
    const ungrouped = graph.op('Reshape', [attended, this.#shapes.ungrouped], { shape });
    const swapped = graph.op('Transpose', [ungrouped], swapHeadsAndRows);
    const width = attentionHeads * headSize;
    return { rows: graph.op('Reshape', [swapped, graph.ints([-1, width])], { shape: ['M', width] }), own };
  }
}
