import type { Prediction } from '../../contract/model.js';
import { evenShare } from './blocks.js';
import { timesTo } from '../schedules/linearTimes.js';
import { LogLinearSchedule } from '../schedules/logLinearSchedule.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';
import { chooseToken, type ChoiceOptions } from '../draw.js';

export interface EntropyBoundOptions extends ChoiceOptions {
  /** Nats. Positions are committed together while the entropies of those before each sum up to at most this. */
  readonly entropyBound: number;
}

/**
 * Entropy-bounded commits (arXiv 2505.24857; the rule as in llama.cpp's diffusion sampler): the least uncertain
 * positions first, as many as can be independent of each other to within `entropyBound`, but never fewer than
 * ceil(masked / steps left), unless the caller drafts what stays masked. So N steps always finish, and easy text finishes sooner.
 */
export class EntropyBoundSampler implements Sampler {
  readonly revises = false;
  readonly mayLeaveMasked = true;
  readonly schedule = new LogLinearSchedule();

  constructor(private readonly options: EntropyBoundOptions) {}

  needs(): Needs {
    return { rows: 'masked', ids: 'likeliest' };
  }

  times(steps: number): number[] {
    return timesTo(steps, 0);
  }

  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    const rows = predictions.map((row) => chooseToken(row, state, this.options));
    const first = state.leftFirst ? 0 : -1;
    const order = rows.toSorted(
      (a, b) =>
        Number(b.position === first) - Number(a.position === first) || a.entropy - b.entropy || a.position - b.position,
    );
    const floor = state.restIsDrafted ? 1 : evenShare(order.length, state.steps - state.step);
    const taken = order.slice(0, Math.max(this.countBounded(order), floor));
    return taken.sort((a, b) => a.position - b.position);
  }

  private countBounded(order: readonly { readonly entropy: number }[]): number {
    let before = 0;
    let count = 0;
    for (const { entropy } of order) {
      if (before > this.options.entropyBound) break;
      before += entropy;
      count++;
    }
    return count;
  }
}
