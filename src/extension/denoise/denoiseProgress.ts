import type { StepTrace } from '../../shared/outcome.js';
import type { Localizer } from '../ui/localizer.js';

/** How far a selection is denoised, in words that count from one. */
export function denoiseProgress(
  { step, part }: Pick<StepTrace, 'step' | 'part'>,
  steps: number,
  l10n: Localizer,
): string {
  return part === undefined
    ? l10n.t('denoising the selection, step {0} of {1}', step + 1, steps)
    : l10n.t('denoising the selection, part {0} of {1}, step {2} of {3}', part.index + 1, part.count, step + 1, steps);
}
