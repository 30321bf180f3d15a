import { type Commit, mayEndAt, type Needs, type SamplerState } from './sampler.js';
import type { Random } from './random.js';
import type { Prediction } from '../contract/model.js';

export interface ChoiceOptions {
  /** Nucleus: sample among the smallest set of tokens with this total probability. */
  readonly topP: number;
  readonly endOfMiddle: number;
}

/** Without the mask, which is no token, and without `<eom>` left of what is kept; the others make up the whole. */
export function allowedRow(row: Prediction, state: SamplerState, endOfMiddle: number): Prediction {
  const endIsOut = !mayEndAt(row.position, state.earliestEnd);
  return withoutIds(row, (id) => id === state.mask || (endIsOut && id === endOfMiddle));
}

/** The prediction with candidates ruled out; the others make up the whole. Unchanged where there are no others. */
export function withoutIds(row: Prediction, isOut: (id: number) => boolean): Prediction {
  const ids: number[] = [];
  const logs: number[] = [];
  let mass = 0;
  for (let i = 0; i < row.ids.length; i++) {
    if (isOut(row.ids[i]!)) continue;
    ids.push(row.ids[i]!);
    logs.push(row.logProbs[i]!);
    mass += Math.exp(row.logProbs[i]!);
  }
  if (ids.length === 0 || ids.length === row.ids.length) return row;
  const total = Math.log(mass);
  return { ...row, ids, logProbs: logs.map((log) => log - total) };
}

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

/**
 * The probabilities that tokens are drawn with: tempered, of the nucleus alone, and so that they make up the whole. The nucleus is
 * the smallest leading set that holds `topP` of the tempered mass; at temperature 0 it is the first one.
 *
 * @param logs natural logarithms, largest first; they need not be those of a whole distribution.
 */
export function nucleusProbabilities(logs: readonly number[], temperature: number, topP: number): readonly number[] {
  if (temperature === 0) return [1];
  const top = logs[0] ?? 0; // subtracted so that a low temperature cannot underflow all weights
  const weights = logs.map((log) => Math.exp((log - top) / temperature));
  const enough = topP >= 1 ? Infinity : topP * weights.reduce((sum, weight) => sum + weight, 0);
  const nucleus: number[] = [];
  let mass = 0;
  for (const weight of weights) {
    if (mass >= enough) break;
    nucleus.push(weight);
    mass += weight;
  }
  return nucleus.map((weight) => weight / mass);
}

/** What is sampled from, likeliest first. */
export interface TokenDistribution {
  /** The first of them are those that can be drawn. */
  readonly ids: readonly number[];
  /** Of the ids that can be drawn; they make up the whole. */
  readonly probabilities: readonly number[];
  /** Of all ids, in the model's distribution at temperature 1. */
  readonly confidences: readonly number[];
}

/**
 * A row at a temperature (0 = all on the most likely token), cut to the nucleus. Never the mask: an absorbing process's
 * clean text has none (the SUBS parameterisation of MDLM, arXiv 2406.07524 section 3.2.3).
 */
export function tokenDistribution(row: Prediction, state: SamplerState, options: ChoiceOptions): TokenDistribution {
  const { ids, logProbs } = allowedRow(row, state, options.endOfMiddle);
  const probabilities = nucleusProbabilities(logProbs, state.temperature, options.topP);
  return { ids, probabilities, confidences: logProbs.map(Math.exp) };
}

/** A token for a position, and how sure the position is of it. */
export interface DrawnToken {
  readonly commit: Commit;
  /** Index of the token in `judged`. */
  readonly chosen: number;
  /** The probabilities that confidence is computed from: what is sampled from, or at temperature 0 the model's own. */
  readonly judged: readonly number[];
}

/** Takes the most likely token at temperature 0; else draws one number. */
export function drawToken(row: Prediction, state: SamplerState, options: ChoiceOptions): DrawnToken {
  const { ids, probabilities, confidences } = tokenDistribution(row, state, options);
  const isGreedy = state.temperature === 0;
  const chosen = isGreedy ? 0 : drawIndex(probabilities, state.random);
  return {
    commit: { position: row.position, id: ids[chosen]!, confidence: confidences[chosen]! },
    chosen,
    judged: isGreedy ? confidences : probabilities,
  };
}

/** A token for a position, and how uncertain the position is. */
export interface TokenChoice extends Commit {
  /** nats, of the model's distribution. */
  readonly entropy: number;
}

/** Takes the most likely token at temperature 0; else draws one number. Never the mask. */
export function chooseToken(row: Prediction, state: SamplerState, options: ChoiceOptions): TokenChoice {
  return { ...drawToken(row, state, options).commit, entropy: row.entropy };
}

/** What a sampler needs that takes the most likely tokens at temperature 0, and above it draws from full distributions. */
export function needsOf(rows: Needs['rows'], temperature: number): Needs {
  return { rows, ids: temperature > 0 ? 'all' : 'likeliest' };
}
