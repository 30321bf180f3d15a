import type { ScoreRow } from './scoreRow.js';

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
