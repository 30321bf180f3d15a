import type { GraphBuilder, Value } from '../../onnx/graphBuilder.js';
import type { HeadTransform } from '../../graph/groupedAttention.js';
import { Rotary } from '../../graph/rotary.js';
import type { GraphWeights } from './graphWeights.js';

/** Queries and keys of a full-sequence network: normed head by head (Qwen3), rotated by position, or left as they are (GPT-2). */
export class NormedHeads implements HeadTransform {
  readonly #weights: GraphWeights;
  readonly #rotary: Rotary | undefined;

  constructor(graph: GraphBuilder, weights: GraphWeights, positionCount: number) {
    this.#weights = weights;
    const { headSize, ropeTheta } = weights.manifest.architecture;
    this.#rotary = ropeTheta === undefined ? undefined : new Rotary(graph, { headSize, ropeTheta }, positionCount);
  }

  rotate(graph: GraphBuilder, heads: Value, positions: Value, role: 'queries' | 'keys', layer: number): Value {
    const normed = this.#normed(graph, heads, `layers.${layer}.${role === 'queries' ? 'qNorm' : 'kNorm'}`);
    return this.#rotary?.rotate(graph, normed, positions) ?? normed;
  }

  #normed(graph: GraphBuilder, heads: Value, name: string): Value {
    const { queryKeyNorm, normEpsilon } = this.#weights.manifest.architecture;
    if (!queryKeyNorm) return heads;
    const gamma = graph.external(name, this.#weights.get(name));
    const attributes = { axis: { int: -1 }, stash_type: { int: 1 }, epsilon: { float: normEpsilon } };
    return graph.op('SimplifiedLayerNormalization', [heads, gamma], { attributes });
  }
}
