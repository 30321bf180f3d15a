import type { EncoderDenoiserManifest, OneNetworkManifest } from '../folder/manifest.js';
import type { ModelWeights } from '../folder/weights.js';
import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import type { Arithmetic, ColumnExtras, Operand } from './arithmetic.js';
import type { GroupedAttention, KeyValues } from './groupedAttention.js';

/** Low-rank products that some rows add to every projection (LoRA, arXiv 2106.09685): y = x W + m (x A) B. */
export interface Adapters {
  readonly rank: number;
  /** m [M, 1]: 1 for the rows that add them, 0 for the others. */
  readonly rows: Value;
}

export interface LayerStackOptions {
  readonly weights: ModelWeights<EncoderDenoiserManifest | OneNetworkManifest>;
  readonly arithmetic: Arithmetic;
  readonly attention: GroupedAttention;
  readonly part: 'encoder' | 'denoiser' | 'network';
  readonly layers: number;
  /** int64 [W]: the rows whose hidden state is asked for; the last layer leaves out the others. Absent = all. */
  readonly wanted?: Value;
  /** Whether the last layer attends for all rows nevertheless, because a bias speaks of all of them. */
  readonly attendsForAll?: boolean;
  readonly adapters?: Adapters;
}

/** The Llama layers of one part of a model: RMS norm, attention, RMS norm, gated feed-forward, each half added to the stream. */
export class LayerStack {
  /** Each layer's own keys and values of the rows. */
  readonly keyValues: KeyValues[] = [];
  readonly #graph: GraphBuilder;
  readonly #options: LayerStackOptions;
  /** The stream [M, D], less what the last half layer computed. */
  #stream: Value;
  #delta: Value | undefined;
  /** Of the wanted rows, which of them add adapters. */
  #selectedAdapted: Value | undefined;

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
    const { arithmetic, part, weights } = this.#options;
    const a = weights.manifest.architecture;
    const graph = this.#graph;
    const name = `${part}.layers.${layer}`;

    const normed = arithmetic.prepare(graph, this.#norm(`${name}.norm1`), a.hiddenSize);
    const factors = this.#queryFactors();
    const wanted = layer === this.#options.layers - 1 ? this.#options.wanted : undefined;
    const attended = this.#attended(this.#project(normed, layer, 'qkv', { factors }), layer, wanted);
    if (wanted !== undefined) this.#stream = graph.op('Gather', [this.#stream, wanted]);
    const attendedRows = arithmetic.prepare(graph, attended, a.attentionHeads * a.headSize, wanted);
    this.#delta = this.#project(attendedRows, layer, 'o', {}, wanted);

    const normedAgain = arithmetic.prepare(graph, this.#norm(`${name}.norm2`), a.hiddenSize, wanted);
    const inner = this.#gated(this.#project(normedAgain, layer, 'gate_up', {}, wanted));
    const innerRows = arithmetic.prepare(graph, inner, a.feedForwardSize, wanted);
    this.#delta = this.#project(innerRows, layer, 'down', {}, wanted);
  }

  /** The attended rows, those of `wanted` where it is given. */
  #attended(qkv: Value, layer: number, wanted: Value | undefined): Value {
    const { attention, attendsForAll = false } = this.#options;
    const { rows, own } = attention.add(qkv, layer, attendsForAll ? undefined : wanted);
    this.keyValues.push(own);
    return attendsForAll && wanted !== undefined ? this.#graph.op('Gather', [rows, wanted]) : rows;
  }

  /** A projection of the layer, and what its adapter adds. `selection` = what the rows were gathered by. */
  #project(rows: Operand, layer: number, name: string, extras: ColumnExtras, selection?: Value): Value {
    const { arithmetic, part, adapters } = this.#options;
    const graph = this.#graph;
    const product = arithmetic.project(graph, rows, `${part}.layers.${layer}.${name}`, extras);
    if (adapters === undefined) return product;
    const adapter = `adapters.layers.${layer}.${name}`;
    const inner = graph.op('Mul', [arithmetic.project(graph, rows, `${adapter}.a`), this.#adapted(selection)]);
    const innerRows = arithmetic.prepare(graph, inner, adapters.rank, selection);
    return graph.op('Add', [product, arithmetic.project(graph, innerRows, `${adapter}.b`, extras)]);
  }

  #adapted(selection: Value | undefined): Value {
    const { rows } = this.#options.adapters!;
    if (selection === undefined) return rows;
    this.#selectedAdapted ??= this.#graph.op('Gather', [rows, selection]);
    return this.#selectedAdapted;
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
