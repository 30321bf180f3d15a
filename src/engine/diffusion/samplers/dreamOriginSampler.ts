import type { Prediction } from '../../contract/model.js';
import { timesTo } from '../schedules/linearTimes.js';
import { LogLinearSchedule } from '../schedules/logLinearSchedule.js';
import { type ChoiceOptions, chooseToken, needsOf } from '../draw.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';

/** Dream's last time. */
const LAST_TIME = 1e-3;

/**
 * Dream's `origin` (arXiv 2508.15487; `generation_utils.py`): from time t to s every masked position is committed with
 * probability 1 - s / t, in the last step for certain.
 */
export class DreamOriginSampler implements Sampler {
  readonly revises = false;
  readonly schedule = new LogLinearSchedule();

  constructor(private readonly options: ChoiceOptions) {}

  needs(temperature: number): Needs {
    return needsOf('masked', temperature);
  }

  times(steps: number): number[] {
    return timesTo(steps, LAST_TIME);
  }

  /** Draws for each masked position whether it is committed (not in the last step), then its token (above temperature 0). */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    const share = state.step === state.steps - 1 ? 1 : 1 - state.next / state.t;
    return predictions.flatMap((row) =>
      share === 1 || state.random.uniform() < share ? [chooseToken(row, state, this.options)] : [],
    );
  }
}
