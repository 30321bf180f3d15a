import type { Prediction } from '../../contract/model.js';
import type { SamplerState } from '../sampler.js';
import { allowedRow, type ChoiceOptions } from '../draw.js';

/** The unnormalised probabilities of one reverse step at one position. */
export interface StepWeights {
  /** Of becoming each of the row's ids. */
  readonly tokens: readonly number[];
  /** Of staying what it is, where that is not among the ids: 0 or more. */
  readonly stay: number;
}

/** A noising process of single tokens, run backwards with scores. `current`: the token that stands there. */
export interface ReverseGraph {
  readonly name: 'absorbing' | 'uniform';
  /** The Tweedie tau-leap over total noise `change` (SEDD, arXiv 2310.16834, equation 19). */
  analytic(row: ScoreRow, current: number, change: number): StepWeights;
  /** The Euler tau-leap (equation 16): `amount` = time step times rate. */
  euler(row: ScoreRow, current: number, amount: number): StepWeights;
  /** The last step, after which nothing is noise: the Tweedie step over all noise that is left, `sigma`. */
  denoise(row: ScoreRow, current: number, sigma: number): StepWeights;
}

/**
 * Noise that masks tokens. Only masked positions move. Where a network overstates the scores, more than everything would
 * move: the weight of staying is 0 then, never negative, which in the reference's race of exponentials comes to the same.
 */
export const absorbingGraph: ReverseGraph = {
  name: 'absorbing',

  analytic: (row, _mask, change) => moved(row, Math.expm1(change)),

  euler: (row, _mask, amount) => moved(row, amount),

  /** The mask's column is dropped, so it is the scores that decide. */
  denoise: (row) => ({ tokens: row.shares, stay: 0 }),
};

function moved({ shares, sum }: ScoreRow, factor: number): { readonly tokens: number[]; readonly stay: number } {
  return { tokens: shares.map((share) => share * sum * factor), stay: Math.max(0, 1 - factor * sum) };
}

/**
 * Noise that replaces tokens by any of the vocabulary, each as likely: every position may change in every step.
 * @param size tokens of the vocabulary.
 */
export function uniformGraph(size: number): ReverseGraph {
  const analytic = (row: ScoreRow, current: number, change: number): StepWeights => {
    const kept = Math.exp(-change);
    const other = -Math.expm1(-change) / size; // (1 - kept) / size, with its digits
    const all = (-other / kept) * row.sum;
    const tokens = row.ids.map((id, i) => {
      const staggered = all + (row.shares[i]! * row.sum) / kept;
      return Math.max(0, staggered) * (id === current ? kept + other : other);
    });
    return { tokens, stay: 0 };
  };
  return {
    name: 'uniform',
    analytic,
    euler: (row, current, amount) => {
      let rates = 0;
      const tokens = row.ids.map((id, i) => {
        if (id === current) return 0;
        const rate = (amount / size) * row.shares[i]! * row.sum;
        rates += rate;
        return rate;
      });
      const at = row.ids.indexOf(current);
      if (at >= 0) tokens[at] = Math.max(0, 1 - rates);
      return { tokens, stay: at < 0 ? Math.max(0, 1 - rates) : 0 };
    },
    denoise: analytic,
  };
}

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
export function scoreRow(row: Prediction, sigma: number, state: SamplerState, options: ChoiceOptions): ScoreRow {
  const { ids, logProbs } = allowedRow(row, state, options.endOfMiddle);
  const weights = logProbs.map(Math.exp);
  const total = weights.reduce((all, weight) => all + weight, 0);
  const shares = weights.map((weight) => weight / total);
  return { ids, shares, sum: Math.exp(row.logScoreSum ?? -Math.log(Math.expm1(sigma))), confidences: weights };
}
