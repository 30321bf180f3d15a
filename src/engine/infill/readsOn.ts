import type { Sampler } from '../diffusion/sampler.js';
import type { RecommendedOptions } from '../model/modelContract.js';

/**
 * Whether the encoder reads on after every pass, and after the last one to the end: where a single lane moves into its context what it
 * committed for good, and lists of likely tokens are all that the sampler wants to know.
 */
export function readsOn(
  { draftTokens = 0, absorb }: Pick<RecommendedOptions, 'draftTokens' | 'absorb'>,
  { sampler, temperature, lanes }: { readonly sampler: Sampler; readonly temperature: number; readonly lanes: number },
): boolean {
  return draftTokens > 0 && absorb && lanes === 1 && !sampler.revises && sampler.reads(temperature).ids !== 'all';
}
