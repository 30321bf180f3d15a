import type { RowPrediction } from '../../contract/model.js';
import type { SamplerState } from '../sampler.js';
import { allowedRow, type ChoiceOptions } from '../tokenChoice.js';

/**
 * The concrete scores p_t(.. y ..) / p_t(.. x ..) of one position, x being the token that stands there: their sum, and
 * each one's part of it. In this form temperature, nucleus and ruled out tokens mean what they mean elsewhere.
 */
export interface ScoreRow {
  readonly ids: readonly number[];
  /** Of `ids`; they make up the whole. */
  readonly shares: readonly number[];
  readonly sum: number;
  /** Probabilities of the ids in the model's distribution: what a commit's confidence is. */
  readonly confidences: readonly number[];
}

/**
 * @param sigma total noise now: a network that predicts clean tokens has the scores p(v) / (e^sigma - 1) at a masked
 * position (MDLM's `get_score`; SEDD, arXiv 2310.16834, section 4.3), and a score network states the logarithm of their sum.
 */
export function scoreRow(row: RowPrediction, sigma: number, state: SamplerState, options: ChoiceOptions): ScoreRow {
  const { ids, logProbs } = allowedRow(row, state, options.endOfMiddle);
  const weights = logProbs.map(Math.exp);
  const total = weights.reduce((all, weight) => all + weight, 0);
  const shares = weights.map((weight) => weight / total);
  return { ids, shares, sum: Math.exp(row.logScoreSum ?? -Math.log(Math.expm1(sigma))), confidences: weights };
}
