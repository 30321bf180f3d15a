import type { RowPrediction } from '../model/modelContract.js';
import type { Random } from './random.js';

/**
 * Decides at every denoising step which masked positions become which tokens. Samplers keep no state: all that differs
 * between lanes and steps comes in `state`.
 */
export interface Sampler {
  /**
   * @param predictions one for every masked position of a lane's canvas, ascending by position.
   * @returns at least one commit while there are predictions, and all of them in the last step; ascending by
   * position.
   */
  commit(predictions: readonly RowPrediction[], state: SamplerState): Commit[];
}

export interface SamplerState {
  /** This step, from 0, and the number of steps after which nothing may be masked any more. */
  readonly step: number;
  readonly steps: number;
  /** Position 0, while masked, is committed before all others. */
  readonly firstPositionFirst: boolean;
  /** `<eom>` may not stand at positions below this one: something to their right is kept. */
  readonly endAllowedFrom: number;
  /** 0 = the most likely token. */
  readonly temperature: number;
  readonly random: Random;
}

export interface Commit {
  readonly position: number;
  readonly id: number;
  /** Probability of the id under the model's distribution, at temperature 1. */
  readonly confidence: number;
}
