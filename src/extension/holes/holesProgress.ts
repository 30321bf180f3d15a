import type { StepTrace } from '../../shared/outcome.js';
import type { Localizer } from '../ui/localizer.js';

/** How far several cursors are filled: the model goes from one to the next and comes back to it. */
export class HolesProgress {
  /** Steps that each has taken. */
  private readonly taken = new Map<number, number>();

  /** @param steps that each may take, at most */
  constructor(
    private readonly count: number,
    private readonly steps: number,
    private readonly l10n: Localizer,
  ) {}

  /** After one step more: in words that count from one, and as a share of the work, 0..1. What needs fewer steps lets the share jump ahead. */
  after({ part }: Pick<StepTrace, 'part'>): { readonly text: string; readonly share: number } {
    const index = part?.index ?? 0;
    this.taken.set(index, Math.min(this.steps, (this.taken.get(index) ?? 0) + 1));
    const all = [...this.taken.values()].reduce((sum, taken) => sum + taken, 0);
    const text = this.l10n.t(
      'filling cursor {0} of {1}, step {2} of {3}',
      index + 1,
      this.count,
      this.taken.get(index) ?? 0,
      this.steps,
    );
    return { text, share: all / (this.count * this.steps) };
  }
}
