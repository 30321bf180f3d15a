import { createSampler, type SamplerOptions } from '../../../src/engine/diffusion/samplers/createSampler.js';
import { seededRandom } from '../../../src/engine/diffusion/random.js';
import type { Sampler, SamplerState } from '../../../src/engine/diffusion/sampler.js';

export const EOM = 9;
export const MASK = 10;

/** A step of a run on a canvas of eight masks, of which nothing is pinned. */
export function stateWith(change: Partial<SamplerState> = {}): SamplerState {
  const canvas = change.canvas ?? new Array<number>(8).fill(MASK);
  return {
    step: 0,
    steps: 100,
    t: 1,
    next: 0.99,
    canvas,
    mask: MASK,
    offset: 0,
    variable: canvas.map((_, i) => i),
    confidenceAt: () => undefined,
    leftFirst: false,
    earliestEnd: -1,
    restIsDrafted: false,
    temperature: 0,
    random: seededRandom(0),
    ...change,
  };
}

export function samplerOf(spec: string, change: Partial<SamplerOptions> = {}): Sampler {
  return createSampler(spec, {
    entropyBound: 0.2,
    topP: 1,
    endOfMiddle: EOM,
    vocabularySize: 9,
    network: { parameterization: 'clean', graph: 'absorbing' },
    ...change,
  });
}
