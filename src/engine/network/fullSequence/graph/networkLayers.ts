import type { GraphBuilder, Value } from '../../onnx/graphBuilder.js';
import type { Arithmetic } from '../../graph/arithmetic.js';
import type { GroupedAttention, KeyValues } from '../../graph/groupedAttention.js';
import type { Modulation } from './modulation.js';
import type { NetworkNorms } from './networkNorms.js';
import type { GraphWeights } from './graphWeights.js';

export interface NetworkLayersOptions {
  readonly weights: GraphWeights;
  readonly arithmetic: Arithmetic;
  readonly attention: GroupedAttention;
  readonly norms: NetworkNorms;
  readonly modulation: Modulation | undefined;
  /** int64 [W]: the rows that are asked for; after the last attention the others are left out. */
  readonly wanted: Value;
}

/** The layers of a full-sequence network: norm, attention, norm, feed-forward, each half added to the stream of rows. */
export class NetworkLayers {
  /** Each layer's own keys and values of the rows. */
  readonly keyValues: KeyValues[] = [];

  constructor(
    private readonly graph: GraphBuilder,
    private readonly options: NetworkLayersOptions,
  ) {}

  /** rows [M, D] -> the wanted rows after all layers, [W, D]. */
  add(rows: Value): Value {
    const { layers } = this.options.weights.manifest.architecture;
    let stream = rows;
    for (let layer = 0; layer < layers; layer++) stream = this.#layer(stream, layer, layer === layers - 1);
    return stream;
  }

  #layer(rows: Value, layer: number, isLast: boolean): Value {
    const { graph } = this;
    const { arithmetic, attention, norms, modulation, wanted } = this.options;
    const { attentionHeads, hiddenSize, headSize } = this.options.weights.manifest.architecture;
    const name = `layers.${layer}`;
    // In the order of adaLN-Zero: shift, scale and gate of the attention, then of the feed-forward.
    const parts = modulation?.of(`${name}.modulation`, 6);
    const shift = (at: number): { shift: Value; scale: Value } | undefined =>
      parts && { shift: parts[at]!, scale: parts[at + 1]! };
    const gated = (value: Value, at: number): Value => (parts ? graph.op('Mul', [value, parts[at]!]) : value);

    const normed = arithmetic.prepare(graph, norms.add(rows, `${name}.norm1`, shift(0)), hiddenSize);
    const { rows: attendedRows, own } = attention.add(this.#project(normed, `${name}.qkv`), layer);
    this.keyValues.push(own);
    let attended = attendedRows;
    let stream = rows;
    if (isLast) {
      attended = graph.op('Gather', [attended, wanted]);
      stream = graph.op('Gather', [stream, wanted]);
    }
    const selection = isLast ? wanted : undefined;
    const heads = arithmetic.prepare(graph, attended, attentionHeads * headSize, selection);
    stream = graph.op('Add', [stream, gated(this.#project(heads, `${name}.o`), 2)]);
    const inner = arithmetic.prepare(graph, norms.add(stream, `${name}.norm2`, shift(3)), hiddenSize, selection);
    const out = this.#feedForward(inner, name, selection);
    return graph.op('Add', [stream, gated(out, 5)]);
  }

  #feedForward(rows: { value: Value; rowScale: Value }, name: string, selection: Value | undefined): Value {
    const { graph } = this;
    const { arithmetic, weights } = this.options;
    const { network, feedForwardSize } = weights.manifest.architecture;
    const inner =
      network === 'transformer'
        ? this.#gatedUnit(this.#project(rows, `${name}.gate_up`))
        : graph.op('FastGelu', [this.#project(rows, `${name}.up`)], { domain: 'com.microsoft' }); // the tanh form
    return this.#project(arithmetic.prepare(graph, inner, feedForwardSize, selection), `${name}.down`);
  }

  /** silu(gate) * up, with gate and up beside each other in [M, 2F]. QuickGelu with alpha 1 is silu. */
  #gatedUnit(gateUp: Value): Value {
    const { graph } = this;
    const attributes = { axis: { int: -1 }, num_outputs: { int: 2 } };
    const [gate, up] = graph.ops('Split', [gateUp], 2, { attributes });
    const silu = { domain: 'com.microsoft', attributes: { alpha: { float: 1 } } };
    return graph.op('Mul', [graph.op('QuickGelu', [gate!], silu), up!]);
  }

  /** The product with the weight, plus its bias where it has one. */
  #project(rows: { value: Value; rowScale: Value }, name: string): Value {
    const { arithmetic, weights } = this.options;
    const product = arithmetic.project(this.graph, rows, name);
    const bias = weights.tensors.get(`${name}.bias`);
    return bias === undefined ? product : this.graph.op('Add', [product, this.graph.external(`${name}.bias`, bias)]);
  }
}
