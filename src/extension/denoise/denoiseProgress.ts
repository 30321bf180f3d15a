import type { StepTrace } from '../../shared/outcome.js';
import type { Localizer } from '../ui/localizer.js';

/** Counts denoising steps in words. Selections longer than a canvas are denoised part by part, each with its own steps. */
export class DenoiseProgress {
  private part = 0;
  private lastStep = Number.POSITIVE_INFINITY;

  constructor(
    private readonly steps: number,
    private readonly l10n: Localizer,
  ) {}

  next({ step }: Pick<StepTrace, 'step'>): string {
    if (step <= this.lastStep) {
      this.part++;
    }
    this.lastStep = step;
    return this.part === 1
      ? this.l10n.t('step {0} of {1}', step + 1, this.steps)
      : this.l10n.t('part {0}, step {1} of {2}', this.part, step + 1, this.steps);
  }
}
