import { FREQUENCIES } from '../../engine/network/folder/fullSequenceTensors.js';

/** A linear map: weight [out, in], bias [out]. */
export interface Linear {
  readonly weight: Float32Array;
  readonly bias: Float32Array;
}

/**
 * The condition [C] of a DiT at sigma 0, silu(MLP(sinusoids of 0)): half of the sinusoids are cosines, 1, half sines, 0
 * (MDLM, models/dit.py).
 */
export function conditionAtZero(first: Linear, second: Linear): Float64Array {
  const waves = Float64Array.from({ length: FREQUENCIES }, (_, i) => (i < FREQUENCIES / 2 ? 1 : 0));
  return applied(second, applied(first, waves).map(silu)).map(silu);
}

/** weight x + bias, in float64. */
export function applied({ weight, bias }: Linear, x: Float64Array): Float64Array {
  return Float64Array.from(bias, (start, row) =>
    x.reduce((sum, value, i) => sum + value * (weight[row * x.length + i] ?? 0), start),
  );
}

function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}
