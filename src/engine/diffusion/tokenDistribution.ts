import type { RowPrediction } from '../contract/model.js';
import type { SamplerState } from './sampler.js';
import { allowedRow, type ChoiceOptions } from './tokenChoice.js';

/** What is sampled from: likeliest first, the probabilities make up the whole. */
export interface TokenDistribution {
  readonly ids: readonly number[];
  readonly probabilities: readonly number[];
  /** Of the same ids, in the model's distribution at temperature 1. */
  readonly confidences: readonly number[];
}

/**
 * A row at a temperature (0 = all on the most likely token), cut to the nucleus. Never the mask: an absorbing process's
 * clean text has none (the SUBS parameterisation of MDLM, arXiv 2406.07524 section 3.2.3).
 */
export function tokenDistribution(row: RowPrediction, state: SamplerState, options: ChoiceOptions): TokenDistribution {
  const { ids, logProbs } = allowedRow(row, state, options.endOfMiddle);
  const confidences = logProbs.map(Math.exp);
  const { temperature } = state;
  if (temperature === 0) return { ids, confidences, probabilities: ids.map((_, i) => (i === 0 ? 1 : 0)) };
  const top = logProbs[0] ?? 0;
  const weights = logProbs.map((logProb) => Math.exp((logProb - top) / temperature));
  const nucleus = nucleusOf(weights, options.topP);
  const total = nucleus.reduce((sum, weight) => sum + weight, 0);
  return { ids: ids.slice(0, nucleus.length), confidences, probabilities: nucleus.map((weight) => weight / total) };
}

function nucleusOf(weights: readonly number[], topP: number): readonly number[] {
  if (topP >= 1) return weights;
  const enough = topP * weights.reduce((sum, weight) => sum + weight, 0);
  let mass = 0;
  let count = 0;
  while (count < weights.length && mass < enough) mass += weights[count++]!;
  return weights.slice(0, Math.max(1, count));
}
