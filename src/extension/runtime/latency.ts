import type { RunReport } from '../../shared/outcome.js';

/** How long requests take here, from the reports of the latest ones. */
export interface Estimate {
  readonly ms: number;
  /** Whether requests with this number of steps were measured, or it is computed from the milliseconds of one step. */
  readonly measured: boolean;
  readonly runs: number;
}

interface Run {
  readonly steps: number;
  readonly stepsUsed: number;
  readonly totalMs: number;
  readonly stepMs: number;
  readonly otherMs: number;
}

const RUNS_KEPT = 200;
const RUNS_FOR_SPEED = 20;
/** A person waits that long at most for a suggestion. */
const SLOW_MS = 2500;
const RUNS_TO_CALL_SLOW = 5;

export class Latency {
  private runs: Run[] = [];

  /** @param steps as requested; easy text finishes in fewer. */
  add(steps: number, report: RunReport): void {
    const stepsMs = report.ms.steps.reduce((sum, each) => sum + each, 0);
    if (report.ms.steps.length === 0) {
      return; // nothing was computed
    }
    const run = {
      steps,
      stepsUsed: report.ms.steps.length,
      totalMs: report.ms.total,
      stepMs: stepsMs / report.ms.steps.length,
      otherMs: report.ms.total - stepsMs,
    };
    this.runs = [...this.runs.slice(1 - RUNS_KEPT), run];
  }

  /** What a request with this many steps takes, or undefined before anything was measured. */
  estimate(steps: number): Estimate | undefined {
    const same = this.runs.filter((run) => run.steps === steps).slice(-RUNS_FOR_SPEED);
    if (same.length > 0) {
      return { ms: median(same.map((run) => run.totalMs)), measured: true, runs: same.length };
    }
    const recent = this.runs.slice(-RUNS_FOR_SPEED);
    if (recent.length === 0) {
      return undefined;
    }
    // A text that was done in fewer steps than it was given takes no more of them when it is given more.
    const used = recent.map((run) => (run.stepsUsed < run.steps ? Math.min(steps, run.stepsUsed) : steps));
    const ms = median(recent.map((run) => run.otherMs)) + median(used) * median(recent.map((run) => run.stepMs));
    return { ms, measured: false, runs: recent.length };
  }

  get lastMs(): number | undefined {
    return this.runs.at(-1)?.totalMs;
  }

  get stepMs(): number | undefined {
    const recent = this.runs.slice(-RUNS_FOR_SPEED);
    return recent.length === 0 ? undefined : median(recent.map((run) => run.stepMs));
  }

  /** Whether the latest answers came too late to be of use. */
  get slow(): boolean {
    const recent = this.runs.slice(-RUNS_TO_CALL_SLOW);
    return recent.length === RUNS_TO_CALL_SLOW && median(recent.map((run) => run.totalMs)) > SLOW_MS;
  }

  /** After a change of model, device or threads the old times say nothing. */
  clear(): void {
    this.runs = [];
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
