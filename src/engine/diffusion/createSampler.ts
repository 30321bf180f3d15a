import { InfillError } from '../../shared/infillError.js';
import { type EntropyBoundOptions, EntropyBoundSampler } from './entropyBoundSampler.js';
import type { Sampler } from './sampler.js';

export const SAMPLERS = ['entropy-bound'] as const;

/** @throws InfillError `invalid-request` for a sampler that does not exist. */
export function createSampler(name: string, options: EntropyBoundOptions): Sampler {
  switch (name) {
    case 'entropy-bound':
      return new EntropyBoundSampler(options);
    default:
      throw new InfillError(
        'invalid-request',
        `There is no sampler "${name}".`,
        `Choose one of: ${SAMPLERS.join(', ')}.`,
      );
  }
}
