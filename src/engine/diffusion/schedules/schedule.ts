/**
 * How much noise there is at time t, from 0 (clean) to 1 (all noise). Under absorbing noise a token is masked by time t
 * with probability 1 - exp(-sigma(t)).
 */
export interface NoiseSchedule {
  readonly name: ScheduleName;
  /** Total noise, the integral of the rate up to t; what time-conditioned networks are given. */
  sigma(t: number): number;
  /** Noise per unit of time: the derivative of sigma. */
  rate(t: number): number;
  /** 1 - exp(-sigma(t)). */
  maskProbability(t: number): number;
}

export const SCHEDULES = ['log-linear', 'geometric', 'cosine'] as const;
export type ScheduleName = (typeof SCHEDULES)[number];
