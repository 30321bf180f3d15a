import type { PhaseTimes } from '../../../shared/outcome.js';

type Phase = 'tokenize' | 'context' | 'postprocess';

/** Measures how long the phases of a run take, in milliseconds. */
export class RunClock {
  private readonly started = performance.now();
  private lap = this.started;
  private readonly phases = { tokenize: 0, context: 0, postprocess: 0 };
  private readonly steps: number[] = [];

  /** The time since the last call of this or `endStep` went into `phase`. */
  endPhase(phase: Phase): void {
    this.phases[phase] += this.takeLap();
  }

  /** Answers how long the step took. */
  endStep(): number {
    const ms = this.takeLap();
    this.steps.push(ms);
    return ms;
  }

  times(): PhaseTimes {
    return { ...this.phases, steps: [...this.steps], total: performance.now() - this.started };
  }

  private takeLap(): number {
    const now = performance.now();
    const lap = now - this.lap;
    this.lap = now;
    return lap;
  }
}
