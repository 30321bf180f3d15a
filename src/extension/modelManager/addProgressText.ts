import type { AddedModel, AddProgress } from '../../shared/modelImport.js';
import { foreignText } from '../ui/foreignText.js';
import type { Localizer } from '../ui/localizer.js';
import { size } from './modelLine.js';

/** What a progress notification shows. */
export interface ProgressStep {
  readonly message: string;
  /** Percent to add to the bar. */
  readonly increment: number;
}

/**
 * Turns the phases of an import into one text that changes and a bar. The bar is the longest phase's so far: it cannot go
 * back, and how long a phase takes against the others is not known.
 */
export class AddProgressText {
  private percent = 0;

  constructor(private readonly l10n: Localizer) {}

  next({ phase, done, total, detail }: AddProgress): ProgressStep {
    const percent = total > 0 ? Math.min(100, (100 * done) / total) : 0;
    const increment = Math.max(0, percent - this.percent);
    this.percent = Math.max(this.percent, percent);
    return { message: foreignText(this.message(phase, percent, total, detail)), increment };
  }

  private message(phase: AddProgress['phase'], percent: number, total: number, detail: string): string {
    const { l10n } = this;
    const share = Math.floor(percent);
    switch (phase) {
      case 'wait':
        return l10n.t('waiting for another import of {0}', detail);
      case 'download':
        return total === 0
          ? l10n.t('downloading {0}', detail)
          : l10n.t('downloading {0}: {1}% of {2}', detail, share, size(total));
      case 'convert':
        return l10n.t('converting to {0}: {1}%', detail, share);
      case 'copy':
        return l10n.t('copying: {0}%', share);
      case 'verify':
        return l10n.t('verifying');
      case 'compare':
        return l10n.t('comparing with 32-bit floating point: {0}%', share);
    }
  }
}

/** What to tell when a model was added. */
export function addedText(model: AddedModel, l10n: Localizer): string {
  const { name, precision, bytes, memoryBytes, agreement, notes } = model;
  const facts = l10n.t(
    'Added {0}: {1}, {2} on disk, needs about {3} of memory.',
    name,
    precision,
    size(bytes),
    size(memoryBytes),
  );
  const compared =
    agreement.kind === 'measured'
      ? l10n.t(
          'At {0}% of {1} positions of sample texts it predicts the same token as in 32-bit floating point.',
          ((100 * agreement.agreeing) / Math.max(1, agreement.positions)).toFixed(1),
          agreement.positions,
        )
      : '';
  return [facts, compared, ...notes].filter((text) => text !== '').join(' ');
}
