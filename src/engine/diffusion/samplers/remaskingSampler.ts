import type { Prediction } from '../../contract/model.js';
import type { AncestralSampler } from './ancestralSampler.js';
import type { RemaskStrategy } from './remaskStrategy.js';
import type { Commit, Needs, Sampler, SamplerState } from '../sampler.js';

/**
 * ReMDM (arXiv 2503.00307, equation 5) around ancestral sampling: committed tokens are masked again with probability
 * sigma, and more are revealed for it, so that the marginals stay MDLM's while early mistakes can be mended. Pinned
 * tokens are never masked; the last step masks nothing.
 */
export class RemaskingSampler implements Sampler {
  readonly revises = true;
  readonly schedule;

  constructor(
    private readonly ancestral: AncestralSampler,
    private readonly strategy: RemaskStrategy,
  ) {
    this.schedule = ancestral.schedule;
  }

  needs(temperature: number): Needs {
    return this.ancestral.needs(temperature);
  }

  times(steps: number): number[] {
    return this.ancestral.times(steps);
  }

  /** Draws one number for each masked position, then one for each committed one; in the last step none. */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[] {
    if (state.step === state.steps - 1) return this.ancestral.reveal(predictions, state, 1);
    const { reveal, remask } = this.strategy(state);
    const revealed = this.ancestral.reveal(predictions, state, reveal);
    const masked = state.variable.flatMap((position): Commit[] => {
      if (state.canvas[position] === state.mask) return [];
      return state.random.uniform() < remask(position) ? [{ position, id: state.mask, confidence: 0 }] : [];
    });
    return [...revealed, ...masked].sort((a, b) => a.position - b.position);
  }
}
