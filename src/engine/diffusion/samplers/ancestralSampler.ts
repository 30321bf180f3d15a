import type { Prediction } from '../../contract/model.js';
import { allowedRow, type ChoiceOptions, drawIndex, needsOf, tokenDistribution } from '../draw.js';
import { timesToZero } from '../schedules/linearTimes.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';
import type { NoiseSchedule } from '../schedules/schedule.js';

export interface AncestralOptions extends ChoiceOptions {
  readonly schedule: NoiseSchedule;
}

/** Time of the last ancestral step; what is still masked then is settled by one more step. */
export const LAST_TIME = 1e-5;

/**
 * MDLM's ancestral sampling (arXiv 2406.07524, equation 7; `_ddpm_update`): each masked position is revealed with
 * probability (m(t) - m(s)) / m(t), m being the mask probability, independently of what stands there; its token is drawn
 * from the model's distribution. Of N steps the last one is the reference's noise removal: what is still masked becomes
 * its most likely token. A step that reveals nothing leaves the canvas as it was, and the next one needs no pass.
 */
export class AncestralSampler implements Sampler {
  readonly revises = false;
  readonly schedule: NoiseSchedule;

  constructor(private readonly options: AncestralOptions) {
    this.schedule = options.schedule;
  }

  needs(temperature: number): Needs {
    return needsOf('masked', temperature);
  }

  times(steps: number): number[] {
    return timesToZero(steps, LAST_TIME);
  }

  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    const masked = this.schedule.maskProbability(state.t);
    return this.reveal(predictions, state, (masked - this.schedule.maskProbability(state.next)) / masked);
  }

  /** Reveals each masked position with probability `share`; all in the last step. Draws one number for each, not in the last. */
  reveal(predictions: readonly Prediction[], state: SamplerState, share: number): Commit[] {
    const isLast = state.step === state.steps - 1;
    return predictions.flatMap((row) => (isLast ? [this.likeliest(row, state)] : this.draw(row, state, share)));
  }

  private draw(row: Prediction, state: SamplerState, share: number): Commit[] {
    const { ids, probabilities, confidences } = tokenDistribution(row, state, this.options);
    const weights = probabilities.map((probability) => probability * share);
    const chosen = drawIndex([...weights, 1 - share], state.random);
    if (chosen < 0 || chosen >= probabilities.length) return [];
    return [{ position: row.position, id: ids[chosen]!, confidence: confidences[chosen]! }];
  }

  private likeliest(row: Prediction, state: SamplerState): Commit {
    const { ids, logProbs } = allowedRow(row, state, this.options.endOfMiddle);
    return { position: row.position, id: ids[0]!, confidence: Math.exp(logProbs[0]!) };
  }
}
