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
  /** The symbol for T in the inputs' shapes. */
  readonly length: string;
  /** Where the rows stand seen from these keys: an entry of the attention's frames. */
  readonly frame: number;
}

/** Added to the scores of what a row may not see; far below any score, and still finite. */
export const UNSEEN = -1e9;

/** The symbol for G * R, the rows of all query heads that share a key/value head. */
const GROUP_ROWS = 'G*R';

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
  #splits: Value | undefined;
  /** Shapes as values: [B, R, H + 2 KV, head], [B, KV, G * R, head], [B, H, R, head]. */
  readonly #shapes: { readonly heads: Value; readonly grouped: Value; readonly ungrouped: Value };

  /**
   * `frames`: int64 [B, R] each, the rows' positions in each frame; the first is also their keys' own.
   * `bias`: broadcast to [B, KV, G * R, T].
   */
  constructor(
    graph: GraphBuilder,
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
      graph.op('Shape', [frames[0]!], { attributes: { start: { int: from }, end: { int: to } } });
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
    const { attentionHeads, keyValueHeads: kv, headSize } = this.#architecture;
    const count = attentionHeads + 2 * kv;
    const split = graph.op('Reshape', [qkv, this.#shapes.heads], { shape: ['B', 'R', count, headSize] });
    const heads = graph.op('Transpose', [split], transposeHeads);
    const sizes = graph.ints([attentionHeads, kv, kv]);
    const parts = graph.ops('Split', [heads, sizes], 3, { attributes: { axis: { int: 1 } } });
    const [q, k, values] = parts as [Value, Value, Value];
    const keys = this.#rotary.rotate(graph, k, this.#frames[0]!);
    const queries = this.#frames.map((frame) =>
      graph.op('Reshape', [this.#rotary.rotate(graph, q, frame), this.#shapes.grouped], {
        shape: ['B', kv, GROUP_ROWS, headSize],
      }),
    );
    const sum = this.#attend(queries, { keys, values }, context);
    const ungrouped = graph.op('Reshape', [sum, this.#shapes.ungrouped], {
      shape: ['B', attentionHeads, 'R', headSize],
    });
    const rows = graph.op('Transpose', [ungrouped], transposeHeads);
    const width = attentionHeads * headSize;
    return {
      rows: graph.op('Reshape', [rows, graph.ints([-1, width])], { shape: ['M', width] }),
      own: { keys, values },
    };
  }

  /** queries [B, KV, G * R, head] for each frame -> the attended values [B, KV, G * R, head]. */
  #attend(queries: readonly Value[], own: LayerKeyValues, context: LayerContext): Value {
    const graph = this.#graph;
    const { keyValueHeads: kv, headSize } = this.#architecture;
    const factor = headSize ** -0.5;
    const append = { attributes: { axis: { int: 2 } }, shape: ['B', kv, 't+R', headSize] };
    const ownKeys = graph.op('Concat', [context.tail.keys, own.keys], append);
    const ownValues = graph.op('Concat', [context.tail.values, own.values], append);
    const scores = context.shared.map((part) =>
      this.#arithmetic.product(graph, queries[part.frame]!, part.keys, false, factor),
    );
    scores.push(this.#arithmetic.product(graph, queries[0]!, ownKeys, true, factor));
    const last = { attributes: { axis: { int: -1 } } };
    const all = { ...last, shape: ['B', kv, GROUP_ROWS, 'columns'] };
    const biased = graph.op('Add', [graph.op('Concat', scores, all), this.#bias]);
    const weights = graph.ops(
      'Split',
      [graph.op('Softmax', [biased], last), this.#lengths(context)],
      scores.length,
      last,
    );
    graph.shaped(weights, [
      ...context.shared.map(({ length }) => ['B', kv, GROUP_ROWS, length]),
      ['B', kv, GROUP_ROWS, 't+R'],
    ]);
    const values = [...context.shared.map((part) => part.values), ownValues];
    const attended = weights.map((weight, index) => graph.op('MatMul', [weight, values[index]!]));
    return graph.op('Sum', attended);
  }

  /** How many columns of the scores belong to each shared context and to the rows; alike in all layers, so asked for once. */
  #lengths(context: LayerContext): Value {
    if (this.#splits !== undefined) return this.#splits;
    const graph = this.#graph;
    const size = (value: Value, axis: number): Value =>
      graph.op('Shape', [value], { attributes: { start: { int: axis }, end: { int: axis + 1 } } });
    const own = graph.op('Add', [size(context.tail.keys, 2), size(this.#frames[0]!, 1)]);
    const all = [...context.shared.map((part) => size(part.values, 1)), own];
    this.#splits = graph.op('Concat', all, { attributes: { axis: { int: 0 } } });
    return this.#splits;
  }
}
