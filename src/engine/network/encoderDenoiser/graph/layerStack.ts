import type { ModelWeights } from '../../folder/weights.js';
import type { GraphBuilder, Value } from '../../onnx/graphBuilder.js';
import type { Arithmetic } from '../../graph/arithmetic.js';
import type { GroupedAttention, KeyValues } from '../../graph/groupedAttention.js';

export interface LayerStackOptions {
  readonly weights: ModelWeights;
  readonly arithmetic: Arithmetic;
  readonly attention: GroupedAttention;
  readonly part: 'encoder' | 'denoiser';
  readonly layers: number;
  /** int64 [W]: the rows whose hidden state is asked for; the last layer leaves out the others. Absent = all. */
  readonly wanted?: Value;
}

/** The Llama layers of encoder or denoiser: RMS norm, attention, RMS norm, gated feed-forward, each half added to the stream. */
export class LayerStack {
  /** Each layer's own keys and values of the rows. */
  readonly keyValues: KeyValues[] = [];
  readonly #graph: GraphBuilder;
  readonly #options: LayerStackOptions;
  /** The stream [M, D], less what the last half layer computed. */
  #stream: Value;
  #delta: Value | undefined;

  /** `rows`: [M, D], M = sequences x rows. */
  constructor(graph: GraphBuilder, rows: Value, options: LayerStackOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#stream = rows;
    for (let layer = 0; layer < options.layers; layer++) this.#layer(layer);
  }

  /** The hidden state after the last layer, before the norm, [M, D]. */
  hidden(name: string): Value {
    return this.#graph.op('Add', [this.#stream, this.#delta!], { name });
  }

  /** The hidden state after the last layer and the part's norm, [M, D]. */
  normed(name: string): Value {
    return this.#graph.op('Identity', [this.#norm(`${this.#options.part}.norm`)], { name });
  }

  #layer(layer: number): void {
    const { arithmetic, attention, part, weights } = this.#options;
    const a = weights.manifest.architecture;
    const graph = this.#graph;
    const name = `${part}.layers.${layer}`;

    const normed = arithmetic.prepare(graph, this.#norm(`${name}.norm1`), a.hiddenSize);
    const factors = this.#queryFactors();
    const wanted = layer === this.#options.layers - 1 ? this.#options.wanted : undefined;
    const attended = attention.add(arithmetic.project(graph, normed, `${name}.qkv`, { factors }), layer, wanted);
    if (wanted !== undefined) this.#stream = graph.op('Gather', [this.#stream, wanted]);
    this.keyValues.push(attended.own);
    const attendedRows = arithmetic.prepare(graph, attended.rows, a.attentionHeads * a.headSize, wanted);
    this.#delta = arithmetic.project(graph, attendedRows, `${name}.o`);

    const normedAgain = arithmetic.prepare(graph, this.#norm(`${name}.norm2`), a.hiddenSize, wanted);
    const inner = this.#gated(arithmetic.project(graph, normedAgain, `${name}.gate_up`));
    this.#delta = arithmetic.project(
      graph,
      arithmetic.prepare(graph, inner, a.feedForwardSize, wanted),
      `${name}.down`,
    );
  }

  /** Attention divides scores by the root of the head size: done on the queries' columns, where it costs nothing. */
  #queryFactors(): Value {
    const { attentionHeads, keyValueHeads, headSize } = this.#options.weights.manifest.architecture;
    const factors = new Float32Array((attentionHeads + 2 * keyValueHeads) * headSize).fill(1);
    return this.#graph.floats(factors.fill(headSize ** -0.5, 0, attentionHeads * headSize));
  }

  /** silu(gate) * up, with gate and up beside each other in [M, 2F]. QuickGelu with alpha 1 is silu. */
  #gated(gateUp: Value): Value {
    const graph = this.#graph;
    const attributes = { axis: { int: -1 }, num_outputs: { int: 2 } };
    const [gate, up] = graph.ops('Split', [gateUp], 2, { attributes });
    const silu = { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } };
    return graph.op('Mul', [graph.op('QuickGelu', [gate!], silu), up!]);
  }

  /** Adds what the last half layer computed to the stream and norms the sum. */
  #norm(name: string): Value {
    const { weights } = this.#options;
    const graph = this.#graph;
    const gamma = graph.external(name, weights.get(name));
    const epsilon = { float: weights.manifest.architecture.normEpsilon };
    if (this.#delta === undefined) {
      const attributes = { axis: { int: -1 }, stash_type: { int: 1 }, epsilon };
      return graph.op('SimplifiedLayerNormalization', [this.#stream, gamma], { attributes });
    }
    // Four outputs: the normed sum, two statistics that nobody reads, the sum itself.
    const skip = { domain: 'com.microsoft', attributes: { epsilon } };
    const inputs = [this.#stream, this.#delta, gamma];
    const [normed, , , sum] = graph.ops('SkipSimplifiedLayerNormalization', inputs, 4, skip);
    this.#stream = sum!;
    this.#delta = undefined;
    return normed!;
  }
}
