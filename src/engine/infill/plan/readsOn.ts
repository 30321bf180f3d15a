import type { Sampler } from '../../diffusion/sampler.js';
import type { RecommendedOptions } from '../../contract/model.js';

/**
 * Whether the encoder reads on after every pass of a lane that is denoised alone: where that moves into its context what it committed
 * for good, and lists of likely tokens are all that the sampler wants to know.
 */
export function readsOn(
  { draftTokens = 0, absorb }: Pick<RecommendedOptions, 'draftTokens' | 'absorb'>,
  sampler: Sampler,
  temperature: number,
): boolean {
  return draftTokens > 0 && absorb && !sampler.revises && sampler.reads(temperature).ids !== 'all';
}
