import type { Random } from './random.js';

/**
 * Index into `logProbs` (natural logarithms, most likely first): the most likely one at temperature 0, where nothing is
 * drawn; else one uniform draw by inverse CDF among the nucleus, the smallest leading set that holds `topP` of the
 * tempered mass. In float64: single precision would lower the effective temperature (arXiv 2409.02908).
 */
export function sampleCategorical(
  logProbs: readonly number[],
  temperature: number,
  topP: number,
  random: Random,
): number {
  if (temperature === 0) return 0;
  const top = logProbs[0] ?? 0; // subtracted so that a low temperature cannot underflow all weights
  const weights = logProbs.map((logProb) => Math.exp((logProb - top) / temperature));
  const total = sum(weights);
  const nucleus: number[] = [];
  for (let mass = 0; nucleus.length < weights.length && mass < topP; mass += nucleus.at(-1)! / total) {
    nucleus.push(weights[nucleus.length]!);
  }
  let rest = random.uniform() * sum(nucleus);
  for (const [i, weight] of nucleus.entries()) {
    rest -= weight;
    if (rest < 0) return i;
  }
  return nucleus.length - 1;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
