import type { Prediction } from '../../contract/model.js';
import { blockTimes, evenShare, openBlock } from './blocks.js';
import { LogLinearSchedule } from '../schedules/logLinearSchedule.js';
import { type ChoiceOptions, chooseToken, needsOf } from '../draw.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';

export interface FastOptions extends ChoiceOptions {
  /** How many of the confidences, largest first, are enough to commit in parallel. */
  readonly enough: (confidences: readonly number[]) => number;
  /** Length of a block in tokens; 0 = the whole canvas. */
  readonly block: number;
}

/**
 * Fast-dLLM's confidence-aware parallel decoding (arXiv 2505.22618, section 3.3): commits what the model is sure enough
 * of, and always the best. The reference takes as many steps as that needs; here an even share of what is masked is the
 * least, so that the steps suffice. With as many steps as tokens it is the reference.
 */
export class FastSampler implements Sampler {
  readonly revises = false;
  readonly schedule = new LogLinearSchedule();

  constructor(private readonly options: FastOptions) {}

  needs(temperature: number): Needs {
    return needsOf('masked', temperature);
  }

  times(steps: number, masked: number): number[] {
    return blockTimes(steps, masked, this.options.block);
  }

  /** Draws the token of each masked position of the block (above temperature 0). */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    const { rows, stepsLeft } = openBlock(predictions, state, this.options.block);
    const choices = rows.map((row) => chooseToken(row, state, this.options));
    const best = choices.toSorted((a, b) => b.confidence - a.confidence || a.position - b.position);
    const enough = this.options.enough(best.map(({ confidence }) => confidence));
    return best
      .slice(0, Math.max(1, enough, evenShare(rows.length, stepsLeft)))
      .sort((a, b) => a.position - b.position);
  }
}

/** All that are at least `threshold`. */
export function aboveThreshold(threshold: number): FastOptions['enough'] {
  return (confidences) => confidences.filter((confidence) => confidence >= threshold).length;
}

/**
 * The most n for which the n-th confidence is at least 1 - factor / (n + 1): by Theorem 1 greedy decoding in parallel is
 * then greedy decoding in sequence (for a factor of 1).
 */
export function withinFactor(factor: number): FastOptions['enough'] {
  return (confidences) => {
    const short = confidences.findIndex((confidence, i) => i > 0 && confidence < 1 - factor / (i + 2));
    return short < 0 ? confidences.length : short;
  };
}
