import type { Random } from './random.js';

/**
 * Index into `weights`, drawn in proportion to them with one uniform number (inverse CDF, in their order). They need not
 * sum up to 1; negative ones, which an approximate reverse step can have, count as 0. In float64: single precision would
 * lower the effective temperature (arXiv 2409.02908). -1 where no weight is above 0.
 */
export function drawIndex(weights: readonly number[], random: Random): number {
  let total = 0;
  for (const weight of weights) if (weight > 0) total += weight;
  let rest = random.uniform() * total;
  let last = -1;
  for (const [i, weight] of weights.entries()) {
    if (!(weight > 0)) continue;
    last = i;
    rest -= weight;
    if (rest < 0) return i;
  }
  return last;
}
