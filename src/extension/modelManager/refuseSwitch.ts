import type { ModelDescription } from '../../shared/modelImport.js';
import type { Localizer } from '../ui/localizer.js';
import { size } from './modelLine.js';

/**
 * Why a model cannot be switched to, or undefined if it can.
 *
 * @param freeMemory bytes that are free now.
 * @param heldMemory bytes that the loaded model will give back first.
 */
export function refuseSwitch(
  model: ModelDescription,
  { freeMemory, heldMemory }: { readonly freeMemory: number; readonly heldMemory: number },
  l10n: Localizer,
): string | undefined {
  if (model.problem !== '') {
    return model.problem;
  }
  const free = freeMemory + heldMemory;
  return model.memoryBytes <= free
    ? undefined
    : l10n.t(
        '{0} needs about {1} of memory, and {2} are free. Close other programs, or choose a smaller model.',
        model.name,
        size(model.memoryBytes),
        size(free),
      );
}
