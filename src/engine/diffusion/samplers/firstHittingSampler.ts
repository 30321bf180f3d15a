import type { Prediction } from '../../contract/model.js';
import { LogLinearSchedule } from '../schedules/logLinearSchedule.js';
import type { Random } from '../random.js';
import { type ChoiceOptions, chooseToken, needsOf } from '../draw.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';

/**
 * The first-hitting sampler (arXiv 2409.02908, algorithm 1; the reference is bd3lms): instead of waiting for something to
 * happen, draws when it happens. With n masks left the next time is t u^(1/n), and one of them, each as likely, becomes a
 * token of the model's distribution. The same distribution as infinitely many ancestral steps, one pass for each token:
 * it takes as many steps as there are masks, however many were asked for.
 */
export class FirstHittingSampler implements Sampler {
  readonly revises = false;
  readonly schedule = new LogLinearSchedule();

  constructor(private readonly options: ChoiceOptions) {}

  needs(temperature: number): Needs {
    return needsOf('masked', temperature);
  }

  /** Draws one number for each mask but the last; the network is asked at the time at which its answer is needed. */
  times(_steps: number, masked: number, random: Random): number[] {
    const times: number[] = [];
    let t = 1;
    for (let left = masked; left > 0; left--) times.push((t *= random.uniform() ** (1 / left)));
    return [...times, 0];
  }

  /** Draws the position, then the token. */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    const row = predictions[Math.floor(state.random.uniform() * predictions.length)];
    return row ? [chooseToken(row, state, this.options)] : [];
  }
}
