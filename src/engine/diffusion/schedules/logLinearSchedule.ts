import type { NoiseSchedule } from './schedule.js';

/** Keeps sigma finite at t = 1. */
const EPSILON = 1e-3;

/** The mask probability is linear in t: (1 - epsilon) t. SEDD (arXiv 2310.16834), `LogLinearNoise`. */
export class LogLinearSchedule implements NoiseSchedule {
  readonly name = 'log-linear';

  constructor(private readonly epsilon = EPSILON) {}

  sigma(t: number): number {
    return -Math.log1p(-this.maskProbability(t));
  }

  rate(t: number): number {
    return (1 - this.epsilon) / (1 - this.maskProbability(t));
  }

  maskProbability(t: number): number {
    return (1 - this.epsilon) * t;
  }
}
