import type { Prediction } from '../contract/model.js';
import type { Random } from './random.js';
import type { NoiseSchedule } from './schedules/schedule.js';

/**
 * Decides at every denoising step which positions become which tokens. Samplers keep no state: all that differs between
 * canvases and steps comes in `state`.
 */
export interface Sampler {
  /** Whether the sampler may mask or change a committed position again. If so, no token is final before the last step. */
  readonly revises: boolean;
  /**
   * Whether a step may leave a position masked that the sampler is not sure of, where `restIsDrafted` allows it; absent = no. Then each
   * pass that decodes ahead is a step as well.
   */
  readonly mayLeaveMasked?: boolean;
  /** How much noise a time stands for. A time-conditioned network is told it. */
  readonly schedule: NoiseSchedule;
  /** What the sampler needs of the model's predictions when it samples at `temperature`. */
  needs(temperature: number): Needs;
  /**
   * The noise times of a run, from 1 down to 0. Step i goes from times[i] to times[i + 1], so there is one step fewer than times.
   * @param steps asked for, at least 1. @param masked unknown positions at the start.
   */
  times(steps: number, masked: number, random: Random): readonly number[];
  /** Draws the token that stands at an unknown position at the start; absent where that is the mask. */
  readonly prior?: (random: Random, allowed: readonly number[] | undefined) => number;
  /**
   * @param predictions of the positions that `needs` names, ascending by position.
   * @returns the positions to be written, ascending. The mask id masks a position again. After the last step no position is masked,
   * except where `mayLeaveMasked` and `restIsDrafted` hold: the caller then drafts the others.
   */
  commit(predictions: readonly Prediction[], state: SamplerState): Commit[];
}

export interface Needs {
  /** `masked`: positions that are masked now; `variable`: all that are not pinned. */
  readonly rows: 'masked' | 'variable';
  /** `likeliest`: the model's short list; `all`: the full distribution, likeliest first. */
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
  /** How many positions have left the canvas on the left since the first step. */
  readonly offset: number;
  /** Positions that are not pinned and not right of an `<eom>`, ascending. */
  readonly variable: readonly number[];
  /** Probability that a position's token had when it was committed; undefined where it is masked or pinned. */
  readonly confidenceAt: (position: number) => number | undefined;
  /** Position 0, while masked, should be committed before all others. */
  readonly leftFirst: boolean;
  /** `<eom>` may not stand at positions below this one: something to their right is kept. */
  readonly earliestEnd: EarliestEnd;
  /** Whether the caller drafts the positions that are still masked after the last step. Each step may then commit as few as it likes. */
  readonly restIsDrafted: boolean;
  /** 0 = the most likely token. */
  readonly temperature: number;
  readonly random: Random;
}

/** The first position of a canvas at which `<eom>` may stand; `never` where all of the canvas is text. */
export type EarliestEnd = number | 'never';

export function mayEndAt(position: number, earliestEnd: EarliestEnd): boolean {
  return earliestEnd !== 'never' && position >= earliestEnd;
}

export interface Commit {
  readonly position: number;
  /** The mask id masks the position again. */
  readonly id: number;
  /** Probability of the id under the model's distribution, at temperature 1; 0 where it is masked again. */
  readonly confidence: number;
}
