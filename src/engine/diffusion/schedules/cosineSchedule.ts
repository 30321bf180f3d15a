import type { NoiseSchedule } from './schedule.js';

/** Keeps sigma finite at t = 1. */
const EPSILON = 1e-3;

/** The mask probability is (1 - epsilon) (1 - cos(pi t / 2)): little noise early. MDLM (arXiv 2406.07524), `CosineNoise`. */
export class CosineSchedule implements NoiseSchedule {
  readonly name = 'cosine';

  constructor(private readonly epsilon = EPSILON) {}

  sigma(t: number): number {
    return -Math.log1p(-this.maskProbability(t));
  }

  rate(t: number): number {
    const slope = (1 - this.epsilon) * Math.sin((t * Math.PI) / 2) * (Math.PI / 2);
    return slope / (1 - this.maskProbability(t));
  }

  maskProbability(t: number): number {
    // 1 - cos(x) = 2 sin²(x / 2), which keeps its digits near 0.
    return (1 - this.epsilon) * 2 * Math.sin((t * Math.PI) / 4) ** 2;
  }
}
