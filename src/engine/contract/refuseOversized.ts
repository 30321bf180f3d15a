import { InfillError } from '../../shared/infillError.js';
import type { ModelManifestView } from './model.js';

/** @throws InfillError `invalid-request` for a context that is longer than the model takes. */
export function refuseOversized(
  { prefix, suffix }: { readonly prefix: number; readonly suffix: number },
  limits: ModelManifestView['limits'],
): void {
  refuse(prefix > limits.prefix, `The prefix has ${prefix} tokens; the model takes ${limits.prefix}.`);
  refuse(suffix > limits.suffix, `The suffix has ${suffix} tokens; the model takes ${limits.suffix}.`);
}

/** @throws InfillError `invalid-request` with this message where `when` holds. */
export function refuse(when: boolean, message: string): void {
  if (when) throw new InfillError('invalid-request', message, 'Shorten the request.');
}
