import type { Architecture } from '../manifest.js';
import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import type { Arithmetic } from './arithmetic.js';
import type { LayerContext, LayerKeyValues } from './layerStack.js';
import type { Rotary } from './rotary.js';

/** Cached keys and values that all lanes see. */
export interface SharedContext {
  /** Rotated keys, transposed: [KV, head, T]. */
  readonly keys: Value;
  /** [KV, T, head] */
  readonly values: Value;
  /** Where the rows stand seen from these keys: an entry of the attention's frames. */
  readonly frame: number;
}

/** Added to the scores of what a row may not see; far below any score, and still finite. */
export const UNSEEN = -1e9;

const transposeHeads = { attributes: { perm: { ints: [0, 2, 1, 3] } } };

/**
 * Attention over cached context and the rows themselves, from plain products and one softmax. The query heads that share a
 * key/value head are stacked as rows, [B, KV, G * R, head] with row g * R + r, so that each product is as large as can be
 * and the context needs no lane axis. Scores stand in the order shared contexts, tail, rows; `bias` is added to all of them.
 */
export class GroupedAttention {
  readonly #graph: GraphBuilder;
  readonly #architecture: Architecture;
  readonly #arithmetic: Arithmetic;
  readonly #rotary: Rotary;
  readonly #frames: readonly Value[];
  readonly #bias: Value;
  /** Shapes as values: [B, R, H + 2 KV, head], [B, KV, G * R, head], [B, H, R, head]. */
  readonly #shapes: { readonly heads: Value; readonly grouped: Value; readonly ungrouped: Value };

  /**
   * `rows`: the input [B, R, D] whose shape counts. `frames`: int64 [B, R] each, the rows' positions in each frame; the first
   * is also their keys' own. `bias`: broadcast to [B, KV, G * R, T].
   */
  constructor(
    graph: GraphBuilder,
    rows: Value,
    frames: readonly Value[],
    bias: Value,
    parts: { readonly architecture: Architecture; readonly arithmetic: Arithmetic; readonly rotary: Rotary },
  ) {
    this.#graph = graph;
    this.#architecture = parts.architecture;
    this.#arithmetic = parts.arithmetic;
    this.#rotary = parts.rotary;
    this.#frames = frames;
    this.#bias = bias;
    const { attentionHeads: heads, keyValueHeads: kv, headSize } = parts.architecture;
    const size = (from: number, to: number): Value =>
      graph.op('Shape', [rows], { attributes: { start: { int: from }, end: { int: to } } });
    const shape = (...dims: Value[]): Value => graph.op('Concat', dims, { attributes: { axis: { int: 0 } } });
    this.#shapes = {
      heads: shape(size(0, 2), graph.ints([heads + 2 * kv, headSize])),
      grouped: shape(size(0, 1), graph.ints([kv, -1, headSize])),
      ungrouped: shape(size(0, 1), graph.ints([heads, -1, headSize])),
    };
  }

  /** qkv [M, (H + 2 KV) * head] -> attended rows [M, H * head], and the rows' own keys and values. */
  add(qkv: Value, context: LayerContext): { readonly rows: Value; readonly own: LayerKeyValues } {
    const graph = this.#graph;
    const { attentionHeads, keyValueHeads, headSize } = this.#architecture;
    const heads = graph.op('Transpose', [graph.op('Reshape', [qkv, this.#shapes.heads])], transposeHeads);
    const sizes = graph.ints([attentionHeads, keyValueHeads, keyValueHeads]);
    const [q, k, values] = graph.ops('Split', [heads, sizes], 3, { attributes: { axis: { int: 1 } } });
    const keys = this.#rotary.rotate(graph, k!, this.#frames[0]!);
    const queries = this.#frames.map((frame) =>
      graph.op('Reshape', [this.#rotary.rotate(graph, q!, frame), this.#shapes.grouped]),
    );

    const append = { attributes: { axis: { int: 2 } } };
    const ownKeys = graph.op('Concat', [context.tail.keys, keys], append);
    const ownValues = graph.op('Concat', [context.tail.values, values!], append);
    const factor = headSize ** -0.5;
    const scores = context.shared.map((part) =>
      this.#arithmetic.product(graph, queries[part.frame]!, part.keys, false, factor),
    );
    scores.push(this.#arithmetic.product(graph, queries[0]!, ownKeys, true, factor));
    const weights = this.#softmax(scores);
    const parts = [...context.shared.map((part) => part.values), ownValues];
    const sum = graph.op(
      'Sum',
      weights.map((weight, index) => graph.op('MatMul', [weight, parts[index]!])),
    );
    const rows = graph.op('Transpose', [graph.op('Reshape', [sum, this.#shapes.ungrouped])], transposeHeads);
    return {
      rows: graph.op('Reshape', [rows, graph.ints([-1, attentionHeads * headSize])]),
      own: { keys, values: values! },
    };
  }

  /** One softmax over all scores [B, KV, G * R, *], given and returned in parts. */
  #softmax(scores: readonly Value[]): Value[] {
    const graph = this.#graph;
    const last = { attributes: { axis: { int: -1 } } };
    const lastSize = { attributes: { start: { int: 3 }, end: { int: 4 } } };
    const all = graph.op('Add', [graph.op('Concat', scores, last), this.#bias]);
    const lengths = graph.op(
      'Concat',
      scores.map((part) => graph.op('Shape', [part], lastSize)),
      { attributes: { axis: { int: 0 } } },
    );
    return graph.ops('Split', [graph.op('Softmax', [all], last), lengths], scores.length, last);
  }
}
