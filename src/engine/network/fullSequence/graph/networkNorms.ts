import type { GraphBuilder, Value } from '../../onnx/graphBuilder.js';
import type { GraphWeights } from './graphWeights.js';

/** What a condition makes of a norm: norm(x) * (1 + scale) + shift, [D] both. */
export interface Shift {
  readonly shift: Value;
  readonly scale: Value;
}

/** The norms of a full-sequence network: RMS norm, or layer norm with a bias (GPT-2) or with a shift and a scale (DiT). */
export class NetworkNorms {
  constructor(
    private readonly graph: GraphBuilder,
    private readonly weights: GraphWeights,
  ) {}

  /** rows [M, D] -> normed rows. */
  add(rows: Value, name: string, modulation?: Shift): Value {
    const { graph } = this;
    const { network, normEpsilon } = this.weights.manifest.architecture;
    const gamma = this.#vector(name);
    const attributes = { axis: { int: -1 }, stash_type: { int: 1 }, epsilon: { float: normEpsilon } };
    switch (network) {
      case 'transformer':
        return graph.op('SimplifiedLayerNormalization', [rows, gamma], { attributes });
      case 'gpt2':
        return graph.op('LayerNormalization', [rows, gamma, this.#vector(`${name}.bias`)], { attributes });
      case 'dit': {
        if (modulation === undefined) throw new Error('the norms of a DiT are modulated');
        // The same as norming first and scaling then, but over one row instead of all.
        const scaled = graph.op('Mul', [gamma, graph.op('Add', [modulation.scale, graph.float(1)])]);
        return graph.op('LayerNormalization', [rows, scaled, modulation.shift], { attributes });
      }
    }
  }

  #vector(name: string): Value {
    return this.graph.external(name, this.weights.get(name));
  }
}
