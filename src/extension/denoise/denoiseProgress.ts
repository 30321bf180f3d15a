import type { StepTrace } from '../../shared/outcome.js';
import type { Localizer } from '../ui/localizer.js';

type Progress = Pick<StepTrace, 'step' | 'part'>;

/** How far a selection is denoised, in words that count from one. */
export function denoiseProgress({ step, part }: Progress, steps: number, l10n: Localizer): string {
  return part === undefined
    ? l10n.t('denoising the selection, step {0} of {1}', step + 1, steps)
    : l10n.t('denoising the selection, part {0} of {1}, step {2} of {3}', part.index + 1, part.count, step + 1, steps);
}

/** The same as a share of the work, 0..1. A part may take fewer steps than it may, so the share can jump ahead. */
export function progressShare({ step, part = { index: 0, count: 1 } }: Progress, steps: number): number {
  return Math.min(1, (part.index + Math.min(1, (step + 1) / steps)) / part.count);
}
