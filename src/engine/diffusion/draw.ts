import { type Commit, mayEndAt, type Needs, type SamplerState } from './sampler.js';
import type { Random } from './random.js';
import type { Prediction } from '../contract/model.js';

/** A token for a position, and how uncertain the position is. */
export interface TokenChoice extends Commit {
  /** nats, of the model's distribution. */
  readonly entropy: number;
}

export interface ChoiceOptions {
  /** Nucleus: sample among the smallest set of tokens with this total probability. */
  readonly topP: number;
  readonly endOfMiddle: number;
}

/** Takes the most likely token at temperature 0; else draws one number. Never the mask. */
export function chooseToken(row: Prediction, state: SamplerState, options: ChoiceOptions): TokenChoice {
  const allowed = allowedRow(row, state, options.endOfMiddle);
  const chosen = sampleCategorical(allowed.logProbs, state.temperature, options.topP, state.random);
  return {
    position: row.position,
    id: allowed.ids[chosen]!,
    confidence: Math.exp(allowed.logProbs[chosen]!),
    entropy: row.entropy,
  };
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
export function tokenDistribution(row: Prediction, state: SamplerState, options: ChoiceOptions): TokenDistribution {
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

/** What a sampler needs that takes the most likely tokens at temperature 0, and above it draws from full distributions. */
export function needsOf(rows: Needs['rows'], temperature: number): Needs {
  return { rows, ids: temperature > 0 ? 'all' : 'likeliest' };
}
