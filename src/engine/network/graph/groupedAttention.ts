import type { GraphBuilder, Shape, Value } from '../onnx/graphBuilder.js';

/** Keys (rotated) and values of some rows in one layer, [B, KV, rows, head]. */
export interface KeyValues {
  readonly keys: Value;
  readonly values: Value;
}

/** How many heads there are, and how large. */
export interface HeadSizes {
  readonly attentionHeads: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
}

/** What happens to the heads of queries and of keys, [B, heads, R, head] both ways, before they meet. `positions` int64 [B, R]. */
export interface HeadTransform {
  rotate(graph: GraphBuilder, heads: Value, positions: Value, role: 'queries' | 'keys', layer: number): Value;
}

/**
 * What differs between encoder and denoiser: where keys and values come from. `queries`, the rows of all heads, shaped as
 * `groupedShape` says, scaled and rotated, and the rows' own keys and values -> the attended values, shaped as the queries.
 */
export type Attend = (queries: Value, own: KeyValues, layer: number) => Value;

/** How `Attend` wants the queries: an int64 value of four sizes, and the same with a symbol for the number of rows. */
export interface GroupedShape {
  readonly value: Value;
  sizes(rows: string): Shape;
}

const swapHeadsAndRows = { attributes: { perm: { ints: [0, 2, 1, 3] } } };

/**
 * Attention with grouped query heads from plain products and one softmax. Query heads lie in memory as [B, KV, G, R, head], so
 * the heads that share a key/value head can be read as rows of one product, [B, KV, G * R, head], and keys are not repeated.
 */
export class GroupedAttention {
  readonly #graph: GraphBuilder;
  readonly #architecture: HeadSizes;
  readonly #transform: HeadTransform;
  readonly #positions: Value;
  readonly #attend: Attend;
  readonly #grouped: GroupedShape;
  /** Shapes as values: [B, R, H + 2 KV, head] and [B, H, R, head]. */
  readonly #shapes: { readonly heads: Value; readonly ungrouped: Value };

  /** `positions`: int64 [B, R]. */
  constructor(
    graph: GraphBuilder,
    positions: Value,
    architecture: HeadSizes,
    transform: HeadTransform,
    grouped: GroupedShape,
    attend: Attend,
  ) {
    this.#graph = graph;
    this.#architecture = architecture;
    this.#transform = transform;
    this.#positions = positions;
    this.#grouped = grouped;
    this.#attend = attend;
    const { attentionHeads: heads, keyValueHeads: kv, headSize } = architecture;
    const size = (from: number, to: number): Value =>
      graph.op('Shape', [positions], { attributes: { start: { int: from }, end: { int: to } } });
    const shape = (...dims: Value[]): Value => graph.op('Concat', dims, { attributes: { axis: { int: 0 } } });
    this.#shapes = {
      heads: shape(size(0, 2), graph.ints([heads + 2 * kv, headSize])),
      ungrouped: shape(size(0, 1), graph.ints([heads, -1, headSize])),
    };
  }

  /**
   * qkv [M, (H + 2 KV) * head] -> attended rows [M, H * head], and the rows' own keys and values. With `wanted`, int64 [W], only
   * those rows are attended for: [W, H * head] (one sequence).
   */
  add(qkv: Value, layer: number, wanted?: Value): { readonly rows: Value; readonly own: KeyValues } {
    const graph = this.#graph;
    const { attentionHeads, keyValueHeads: kv, headSize } = this.#architecture;
    const count = attentionHeads + 2 * kv;
    const split = graph.op('Reshape', [qkv, this.#shapes.heads], { shape: ['B', 'R', count, headSize] });
    const heads = graph.op('Transpose', [split], swapHeadsAndRows);
    const sizes = graph.ints([attentionHeads, kv, kv]);
    const parts = graph.ops('Split', [heads, sizes], 3, { attributes: { axis: { int: 1 } } });
    const [q, k, values] = parts as [Value, Value, Value];
    const own = { keys: this.#transform.rotate(graph, k, this.#positions, 'keys', layer), values };
    const all = this.#transform.rotate(graph, q, this.#positions, 'queries', layer);
    const rotated =
      wanted === undefined ? all : graph.op('Gather', [all, wanted], { attributes: { axis: { int: 2 } } });
    const [rowCount, product] = wanted === undefined ? ['R', 'M'] : ['W', 'W'];
    const queries = graph.op('Reshape', [rotated, this.#grouped.value], { shape: this.#grouped.sizes(rowCount) });
    const attended = this.#attend(queries, own, layer);
    const shape = ['B', attentionHeads, rowCount, headSize];
    const ungrouped = graph.op('Reshape', [attended, this.#shapes.ungrouped], { shape });
    const swapped = graph.op('Transpose', [ungrouped], swapHeadsAndRows);
    const width = attentionHeads * headSize;
    return { rows: graph.op('Reshape', [swapped, graph.ints([-1, width])], { shape: [product, width] }), own };
  }
}
