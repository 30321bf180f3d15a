import type { StepTrace } from '../../../shared/outcome.js';

/** What the caller of a run may watch and stop. */
export interface RunControl {
  readonly signal?: AbortSignal;
  /** Told after every step what it did to candidate 0. */
  readonly onStep?: (trace: StepTrace) => void | Promise<void>;
}
