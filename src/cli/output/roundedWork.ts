import type { PassCount, PassKind, RunReport } from '../../shared/outcome.js';

/** What an answer line says of the work that it took. JSON has no member that is undefined. */
export interface RoundedWork {
  /** Milliseconds in all, as are those of the passes, to a tenth. */
  readonly ms: number;
  readonly steps: number;
  readonly passes: Readonly<Record<PassKind, PassCount>>;
  readonly stoppedBy: RunReport['stoppedBy'];
}

export function roundedWork({ ms, stepsUsed, passes, stoppedBy }: RunReport): RoundedWork {
  const rounded = Object.entries(passes).map(([kind, pass]) => [kind, { ...pass, ms: tenths(pass.ms) }]);
  return {
    ms: tenths(ms.total),
    steps: stepsUsed,
    passes: Object.fromEntries(rounded) as Record<PassKind, PassCount>,
    stoppedBy,
  };
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
