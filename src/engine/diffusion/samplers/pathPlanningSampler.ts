import type { Prediction } from '../../contract/model.js';
import { type ChoiceOptions, drawToken, needsOf } from '../draw.js';
import { timesTo } from '../schedules/linearTimes.js';
import { LogLinearSchedule } from '../schedules/logLinearSchedule.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';

/**
 * Open-dLLM's `p2`, path planning (arXiv 2502.03540, algorithm 1): every step chooses a token for all positions, and masks
 * those of which the model is least sure, committed ones too: after step i of N the share 1 - (i + 1) / N. What was
 * masked and is not any more takes the token chosen now; what was committed keeps its own (the confidence is that of the
 * token chosen now, as in the reference).
 */
export class PathPlanningSampler implements Sampler {
  readonly revises = true;
  readonly schedule = new LogLinearSchedule();

  constructor(private readonly options: ChoiceOptions) {}

  needs(temperature: number): Needs {
    return needsOf('variable', temperature);
  }

  times(steps: number): number[] {
    return timesTo(steps, 0);
  }

  /** Draws a token for every variable position (above temperature 0). */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    const choices = predictions.map((row) => {
      const { commit, chosen, judged } = drawToken(row, state, this.options);
      return { ...commit, sureness: judged[chosen]! };
    });
    const count = Math.floor(choices.length * (1 - (state.step + 1) / state.steps));
    const unsure = choices.toSorted((a, b) => a.sureness - b.sureness).slice(0, count);
    const masked = new Set(unsure.map(({ position }) => position));
    return choices.flatMap(({ position, id, confidence }): Commit[] => {
      const isMasked = state.canvas[position] === state.mask;
      if (masked.has(position)) return isMasked ? [] : [{ position, id: state.mask, confidence: 0 }];
      return isMasked ? [{ position, id, confidence }] : [];
    });
  }
}
