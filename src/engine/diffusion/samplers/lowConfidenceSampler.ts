import type { Prediction } from '../../contract/model.js';
import { blockTimes, evenShare, openBlock } from './blocks.js';
import { LogLinearSchedule } from '../schedules/logLinearSchedule.js';
import { type ChoiceOptions, chooseToken, needsOf } from '../draw.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';

export interface LowConfidenceOptions extends ChoiceOptions {
  /** `probability`: of the chosen token; `random`: positions in random order. */
  readonly confidence: 'probability' | 'random';
  /** Length of a block in tokens; 0 = the whole canvas. */
  readonly block: number;
  /** `<eom>` comes after all other tokens, however sure the model is of it. */
  readonly endLast: boolean;
}

/**
 * LLaDA's "low-confidence remasking" (arXiv 2502.09992, algorithm 5; `generate.py`): every step chooses a token for each
 * masked position of the block and commits the most confident ones, an even share of what is masked; the others stay
 * masked, nothing is masked again. Models trained on padded texts are sure of `<eom>` far from the context before they
 * know the text, and spend their first steps on it; `endLast` is the reference's `confidence_eos_eot_inf` against that.
 */
export class LowConfidenceSampler implements Sampler {
  readonly revises = false;
  readonly schedule = new LogLinearSchedule();

  constructor(private readonly options: LowConfidenceOptions) {}

  needs(temperature: number): Needs {
    return needsOf('masked', temperature);
  }

  times(steps: number, masked: number): number[] {
    return blockTimes(steps, masked, this.options.block);
  }

  /** Draws for each masked position of the block its token (above temperature 0), then its order (`random`). */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    const { rows, stepsLeft } = openBlock(predictions, state, this.options.block);
    const choices = rows.map((row) => {
      const choice = chooseToken(row, state, this.options);
      return { ...choice, order: this.orderOf(choice, state) };
    });
    const best = choices.toSorted((a, b) => b.order - a.order || a.position - b.position);
    return best.slice(0, evenShare(rows.length, stepsLeft)).sort((a, b) => a.position - b.position);
  }

  private orderOf({ id, confidence }: Commit, { random }: SamplerState): number {
    const order = this.options.confidence === 'random' ? random.uniform() : confidence;
    return this.options.endLast && id === this.options.endOfMiddle ? -1 : order;
  }
}
