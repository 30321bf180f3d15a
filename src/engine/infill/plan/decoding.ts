import type { RecommendedOptions } from '../../contract/recommended.js';
import type { InfillOptions } from '../../../shared/infillOptions.js';
import { createSampler } from '../../diffusion/samplers/createSampler.js';
import type { Sampler } from '../../diffusion/sampler.js';
import type { Pipeline } from '../run/pipeline.js';
import { networkOf } from '../../contract/model.js';

/**
 * The sampler that a request asks for, else the one that the model recommends, as their words say.
 * @throws InfillError `invalid-request` for one that does not exist, or does not suit the model.
 */
export function samplerFor(options: InfillOptions, { model, recommended }: Pipeline): Sampler {
  const { tokens, vocabularySize } = model.manifest;
  return createSampler(options.sampler ?? recommended.sampler, {
    topP: options.topP,
    endOfMiddle: tokens.endOfMiddle,
    entropyBound: recommended.entropyBound,
    vocabularySize,
    network: networkOf(model.manifest),
    // A recommended remasking goes with the recommended sampler.
    remask: options.remask ?? (options.sampler === undefined ? recommended.remask : 'none'),
  });
}

/**
 * Whether the encoder decodes on after every pass. Committed tokens then have to move into its context and must be final, and the sampler
 * must ask for lists of likely tokens, not for whole distributions.
 */
export function readsOn(
  { draftTokens, absorb }: Pick<RecommendedOptions, 'draftTokens' | 'absorb'>,
  sampler: Sampler,
  temperature: number,
): boolean {
  return draftTokens > 0 && absorb && !sampler.revises && sampler.reads(temperature).ids !== 'all';
}
