import type { NoiseSchedule } from './schedule.js';

/** Those of SEDD's configuration. */
const LEAST = 1e-4;
const MOST = 20;

/** sigma is geometric between its ends, least^(1-t) most^t. SEDD (arXiv 2310.16834), `GeometricNoise`. */
export class GeometricSchedule implements NoiseSchedule {
  readonly name = 'geometric';

  constructor(
    private readonly least = LEAST,
    private readonly most = MOST,
  ) {}

  sigma(t: number): number {
    return this.least ** (1 - t) * this.most ** t;
  }

  rate(t: number): number {
    return this.sigma(t) * (Math.log(this.most) - Math.log(this.least));
  }

  maskProbability(t: number): number {
    return -Math.expm1(-this.sigma(t));
  }
}
