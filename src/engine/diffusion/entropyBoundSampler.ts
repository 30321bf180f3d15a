import type { RowPrediction } from '../model/modelContract.js';
import { sampleCategorical } from './sampleCategorical.js';
import type { Commit, Sampler, SamplerState } from './sampler.js';
import { withoutIds } from './withoutIds.js';

export interface EntropyBoundOptions {
  /** Nats. Positions are committed together while the entropies of those before each sum up to at most this. */
  readonly entropyBound: number;
  readonly topP: number;
  readonly endOfMiddle: number;
}

/**
 * Entropy-bounded commits (arXiv 2505.24857; the rule as in llama.cpp's diffusion sampler): the least uncertain
 * positions first, as many as can be independent of each other to within `entropyBound`, but never fewer than
 * ceil(masked / steps left). So N steps always finish, and easy text finishes sooner.
 */
export class EntropyBoundSampler implements Sampler {
  constructor(private readonly options: EntropyBoundOptions) {}

  commit(predictions: readonly RowPrediction[], state: SamplerState): Commit[] {
    const rows = predictions.map((row) => this.choose(row, state));
    const first = state.firstPositionFirst ? 0 : -1;
    const order = rows.toSorted(
      (a, b) =>
        Number(b.position === first) - Number(a.position === first) || a.entropy - b.entropy || a.position - b.position,
    );
    const floor = Math.ceil(order.length / (state.steps - state.step));
    const taken = order.slice(0, Math.max(this.countBounded(order), floor));
    return taken.sort((a, b) => a.position - b.position);
  }

  private choose(row: RowPrediction, state: SamplerState): Commit & { readonly entropy: number } {
    const { endOfMiddle, topP } = this.options;
    const allowed = row.position < state.endAllowedFrom ? withoutIds(row, (id) => id === endOfMiddle) : row;
    const chosen = sampleCategorical(allowed.logProbs, state.temperature, topP, state.random);
    return {
      position: row.position,
      id: allowed.ids[chosen]!,
      confidence: Math.exp(allowed.logProbs[chosen]!),
      entropy: row.entropy,
    };
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
