import type { Prediction } from '../contract/model.js';
import type { Random } from './random.js';
import type { NoiseSchedule } from './schedules/schedule.js';

/**
 * Decides at every denoising step which positions become which tokens. Samplers keep no state: all that differs between
 * lanes and steps comes in `state`.
 */
export interface Sampler {
  /** Whether committed positions may change again, masked or edited: then nothing is final before the last step. */
  readonly revises: boolean;
  /** Whether steps leave masked what they are not sure of where `isFinished` allows it; absent = no. */
  readonly leavesRest?: boolean;
  /** Which noise the times stand for; what a time-conditioned network is told. */
  readonly schedule: NoiseSchedule;
  /** What has to be known of the model's predictions when sampling at `temperature`. */
  reads(temperature: number): Reads;
  /**
   * The noise times of a run, from 1 down to 0: step i goes from times[i] to times[i + 1], so there is one step fewer.
   * @param steps asked for, at least 1. @param masked unknown positions at the start.
   */
  times(steps: number, masked: number, random: Random): readonly number[];
  /** Draws the token that stands at an unknown position at the start; absent where that is the mask. */
  readonly prior?: (random: Random, allowed: readonly number[] | undefined) => number;
  /**
   * @param predictions of the positions that `reads` names, ascending by position.
   * @returns the positions to be written, ascending; the mask id masks one again. After the last step nothing is masked, unless the rest is left.
   */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[];
}

export interface Reads {
  /** `masked`: positions that are masked now; `variable`: all that are not pinned. */
  readonly rows: 'masked' | 'variable';
  /** `likeliest`: the model's short list; `all`: the whole distribution, likeliest first. */
  readonly ids: 'likeliest' | 'all';
}

export interface SamplerState {
  /** This step, from 0, and the number of steps after which nothing may be masked any more. */
  readonly step: number;
  readonly steps: number;
  /** Noise times before and after this step. */
  readonly t: number;
  readonly next: number;
  /** The canvas that the predictions are of: token ids by position. */
  readonly canvas: readonly number[];
  readonly mask: number;
  /** Positions of the first canvas that have left it on the left. */
  readonly offset: number;
  /** Positions that are not pinned and not right of an `<eom>`, ascending. */
  readonly variable: readonly number[];
  /** Probability that a position's token had when it was committed; undefined where it is masked or pinned. */
  readonly confidenceAt: (position: number) => number | undefined;
  /** Position 0, while masked, should be committed before all others. */
  readonly firstPositionFirst: boolean;
  /** `<eom>` may not stand at positions below this one: something to their right is kept. */
  readonly endAllowedFrom: number;
  /** What is left after the last step is settled besides: a step need not take its share of what is masked. */
  readonly isFinished: boolean;
  /** 0 = the most likely token. */
  readonly temperature: number;
  readonly random: Random;
}

export interface Commit {
  readonly position: number;
  /** The mask id masks the position again. */
  readonly id: number;
  /** Probability of the id under the model's distribution, at temperature 1; 0 where it is masked again. */
  readonly confidence: number;
}
