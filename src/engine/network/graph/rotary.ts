import type { GraphBuilder, Value } from '../onnx/graphBuilder.js';
import type { HeadTransform } from './groupedAttention.js';

/** Rotary position embedding (Su et al. 2021), half-split as in Llama: component i turns together with i + headSize / 2. */
export class Rotary implements HeadTransform {
  readonly #cos: Value;
  readonly #sin: Value;

  /** `positions` = how many positions, from 0, the tables hold. Angles in double precision, so that twins can agree on them. */
  constructor(
    graph: GraphBuilder,
    { headSize, ropeTheta }: { readonly headSize: number; readonly ropeTheta: number },
    positions: number,
  ) {
    const half = headSize / 2;
    const angles = Float64Array.from({ length: positions * half }, (_, index) => {
      const component = index % half;
      return ((index - component) / half) * ropeTheta ** (-component / half);
    });
    this.#cos = graph.floats(Float32Array.from(angles, Math.cos), [positions, half]);
    this.#sin = graph.floats(Float32Array.from(angles, Math.sin), [positions, half]);
  }

  /** heads [B, heads, R, headSize], positions int64 [B, R]. */
  rotate(graph: GraphBuilder, heads: Value, positions: Value): Value {
    return graph.op('RotaryEmbedding', [heads, positions, this.#cos, this.#sin], { domain: 'com.microsoft' });
  }
}
