import type { Localizer } from '../ui/localizer.js';

export interface DenoiseRun {
  /** Length of the selection. */
  readonly characters: number;
  /** (0, 1] */
  readonly strength: number;
}

const RUNS_KEPT = 20;
/** Measured on two busy cores: 400 lines of code in 130 s. */
const UNMEASURED = { characters: 18_500, strength: 0.3, ms: 130_000 };

/** How long selections take here, from the latest ones. */
export class DenoiseSpeed {
  private runs: (DenoiseRun & { readonly ms: number })[] = [];

  add(run: DenoiseRun & { readonly ms: number }): void {
    this.runs = [...this.runs.slice(1 - RUNS_KEPT), run];
  }

  /**
   * Milliseconds. Time grows with the selection's length and, at most in proportion, with the strength; a lower strength is not taken
   * to be faster, as all of the selection is read all the same. Before anything was measured it is what a slow computer takes.
   */
  estimate({ characters, strength }: DenoiseRun): number {
    const runs = this.runs.length === 0 ? [UNMEASURED] : this.runs;
    const ms = runs.reduce((sum, run) => sum + run.ms * Math.max(1, strength / run.strength), 0);
    return (ms / runs.reduce((sum, run) => sum + run.characters, 0)) * characters;
  }

  /** After a change of model, device or threads the old times say nothing. */
  clear(): void {
    this.runs = [];
  }
}

/** A time that is not known exactly: "about 20 seconds". */
export function roughly(ms: number, l10n: Localizer): string {
  const seconds = ms / 1000;
  if (seconds <= 10) {
    return l10n.t('about {0} seconds', Math.max(2, Math.ceil(seconds)));
  }
  const tens = Math.ceil(seconds / 10) * 10;
  const minutes = Math.round(seconds / 60);
  return tens < 60
    ? l10n.t('about {0} seconds', tens)
    : minutes <= 1
      ? l10n.t('about a minute')
      : l10n.t('about {0} minutes', minutes);
}
