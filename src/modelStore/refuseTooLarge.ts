import { InfillError } from '../shared/infillError.js';
import { availableMemory } from './availableMemory.js';
import { gigabytes } from './gigabytes.js';

/**
 * Refuses a model that would not fit into memory, before anything of it is loaded: a machine that swaps is of no use to anyone.
 * `reusable` = bytes that a loaded model will give back first. Throws InfillError model-unsupported.
 */
export function refuseTooLarge(
  { name, bytes }: { readonly name: string; readonly bytes: number },
  { env, reusable = 0, available = availableMemory() }: MemoryAsked,
): void {
  if (bytes > available + reusable && (env['INFILL_ANY_MEMORY'] ?? '') === '') {
    throw new InfillError(
      'model-unsupported',
      `The model ${name} needs about ${gigabytes(bytes)} of memory; ${gigabytes(available + reusable)} are free here.`,
      'Close other programs, or choose a smaller model or a lower precision; INFILL_ANY_MEMORY=1 loads it all the same.',
    );
  }
}

export interface MemoryAsked {
  readonly env: NodeJS.ProcessEnv;
  readonly reusable?: number;
  readonly available?: number;
}
