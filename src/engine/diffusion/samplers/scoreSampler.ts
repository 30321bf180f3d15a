import type { Prediction } from '../../contract/model.js';
import { type ChoiceOptions, drawIndex, nucleusProbabilities, needsOf } from '../draw.js';
import { timesToZero } from '../schedules/linearTimes.js';
import type { Random } from '../random.js';
import { type ReverseGraph, scoreRow, type ScoreRow, type StepWeights } from './reverseGraph.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';
import type { NoiseSchedule } from '../schedules/schedule.js';

export interface ScoreOptions extends ChoiceOptions {
  readonly predictor: 'analytic' | 'euler';
  readonly schedule: NoiseSchedule;
  readonly graph: ReverseGraph;
  readonly vocabularySize: number;
  /** Ids that noise never is, ascending. */
  readonly neverChosen: readonly number[];
}

/** SEDD's `eps`: time of the denoising step. */
const LAST_TIME = 1e-5;

/**
 * SEDD's predictors (arXiv 2310.16834, algorithm 2; `sampling.py`) with a final denoising step, which is the last of the N
 * steps. Temperature and nucleus act on where a position moves to, not on whether it moves; in the denoising step, where
 * every outcome is text, on all of it.
 */
export class ScoreSampler implements Sampler {
  readonly revises: boolean;
  readonly schedule: NoiseSchedule;
  readonly prior?: NonNullable<Sampler['prior']>;

  constructor(private readonly options: ScoreOptions) {
    this.schedule = options.schedule;
    this.revises = options.graph.name === 'uniform';
    if (!this.revises) return;
    this.prior = (random: Random, allowed) => {
      const { vocabularySize, neverChosen } = options;
      const size = allowed?.length ?? vocabularySize - neverChosen.length;
      const drawn = Math.floor(random.uniform() * size);
      return allowed?.[drawn] ?? skipping(neverChosen, drawn);
    };
  }

  needs(temperature: number): Needs {
    if (this.revises) return { rows: 'variable', ids: 'all' };
    return needsOf('masked', temperature);
  }

  times(steps: number): number[] {
    return timesToZero(steps, LAST_TIME);
  }

  /** Draws one number for every position (none in the last step at temperature 0). */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    const sigma = this.schedule.sigma(state.t);
    return predictions.flatMap((prediction): Commit[] => {
      const { position } = prediction;
      const current = state.canvas[position]!;
      const row = scoreRow(prediction, sigma, state, this.options);
      const weights = this.weights(row, current, sigma, state);
      const { tokens, stay } = this.tempered(weights, row, current, state);
      const chosen = isGreedy(state) ? likeliest(tokens) : drawIndex([...tokens, stay], state.random);
      const id = row.ids[chosen];
      if (id === undefined || (id === current && !isLast(state))) return [];
      // Scores of uniform noise are no probabilities; there it counts how likely the last step made what stands after it.
      const confidence =
        this.revises && isLast(state) ? weights.tokens[chosen]! / sum(weights.tokens) : row.confidences[chosen]!;
      return [{ position, id, confidence }];
    });
  }

  private weights(row: ScoreRow, current: number, sigma: number, state: SamplerState): StepWeights {
    const { graph, predictor } = this.options;
    if (isLast(state)) return graph.denoise(row, current, sigma);
    if (predictor === 'euler') return graph.euler(row, current, (state.t - state.next) * this.schedule.rate(state.t));
    return graph.analytic(row, current, sigma - this.schedule.sigma(state.next));
  }

  /** Sharpens where a position goes, and leaves how likely it is to go. */
  private tempered(weights: StepWeights, row: ScoreRow, current: number, state: SamplerState): StepWeights {
    const { temperature } = state;
    const { topP } = this.options;
    if ((temperature === 1 && topP >= 1) || isGreedy(state)) return weights;
    const isFree = (i: number): boolean => isLast(state) || row.ids[i] !== current;
    const goes = weights.tokens.map((weight, i) => (isFree(i) ? weight : 0));
    const mass = sum(goes);
    if (mass === 0) return weights;
    const sharp = sharpened(goes, temperature, topP);
    return {
      ...weights,
      tokens: weights.tokens.map((weight, i) => (isFree(i) ? sharp[i]! * mass : weight)),
    };
  }
}

/** The `count`-th id that is none of `left`, which ascend. */
function skipping(left: readonly number[], count: number): number {
  return left.reduce((id, own) => (own <= id ? id + 1 : id), count);
}

function isLast({ step, steps }: SamplerState): boolean {
  return step === steps - 1;
}

function isGreedy(state: SamplerState): boolean {
  return state.temperature === 0 && isLast(state);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function likeliest(weights: readonly number[]): number {
  return weights.reduce((best, weight, i) => (weight > weights[best]! ? i : best), 0);
}

/** Weights at a temperature (0 = all on the largest), cut to the nucleus, in their places; they make up 1. */
function sharpened(weights: readonly number[], temperature: number, topP: number): number[] {
  const order = weights.map((_, i) => i).sort((a, b) => weights[b]! - weights[a]! || a - b);
  const logs = order.map((i) => Math.log(weights[i]!));
  const sharp = new Array<number>(weights.length).fill(0);
  for (const [rank, probability] of nucleusProbabilities(logs, temperature, topP).entries()) {
    sharp[order[rank]!] = probability;
  }
  return sharp;
}
