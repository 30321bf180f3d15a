import type { Sampler } from '../diffusion/sampler.js';
import type { RecommendedOptions } from '../model/modelContract.js';

/**
 * Whether the encoder decodes on after every pass. Committed tokens then have to move into its context and must be final, and the sampler
 * must ask for lists of likely tokens, not for whole distributions.
 */
export function readsOn(
  { draftTokens = 0, absorb }: Pick<RecommendedOptions, 'draftTokens' | 'absorb'>,
  sampler: Sampler,
  temperature: number,
): boolean {
  return draftTokens > 0 && absorb && !sampler.revises && sampler.reads(temperature).ids !== 'all';
}
