import type { Passes, RunReport } from '../../shared/outcome.js';

/** How long requests take here, from the reports of the latest ones. */
export interface Estimate {
  readonly ms: number;
  /** Whether requests with this number of steps were measured, or it is computed from what passes cost in others. */
  readonly measured: boolean;
  readonly runs: number;
}

interface Run {
  /** As asked for. */
  readonly steps: number;
  readonly stepsUsed: number;
  readonly isCutShort: boolean;
  readonly passes: Passes;
  readonly totalMs: number;
  /** Of `totalMs`: what was new in the context was read. */
  readonly contextMs: number;
  readonly stepMs: number;
  /** Nothing of the context was known before, as in the first request of a process. */
  readonly isCold: boolean;
}

/** Passes that settle something; numbers of them may be expected ones. */
type Settling = Readonly<Record<(typeof SETTLING)[number], number>>;

const SETTLING = ['denoise', 'verify'] as const;
const RUNS_KEPT = 200;
const RUNS_FOR_SPEED = 20;
/** A person waits that long at most for a suggestion. */
const SLOW_MS = 2500;
const RUNS_TO_CALL_SLOW = 5;

export class Latency {
  private runs: Run[] = [];

  /** @param steps as requested; easy text finishes in fewer. */
  add(steps: number, report: RunReport): void {
    const { ms, passes, stoppedBy, encodedTokens, reusedTokens } = report;
    const stepsUsed = ms.steps.length;
    if (stepsUsed === 0) {
      return; // nothing was computed
    }
    const stepMs = ms.steps.reduce((sum, each) => sum + each, 0) / stepsUsed;
    const isCold = encodedTokens > 0 && reusedTokens === 0;
    const run = { steps, stepsUsed, isCutShort: stoppedBy !== undefined, passes, totalMs: ms.total, stepMs, isCold };
    this.runs = [...this.runs.slice(1 - RUNS_KEPT), { ...run, contextMs: ms.context }];
  }

  /**
   * What a request with this many steps takes where no deadline ends it, or undefined before anything was measured. All numbers are for
   * one state: what the latest requests took to read their contexts is part of each, however long the context of just those requests
   * was that had so many steps, and those to which nothing was known count only where there are no others. A request takes a fixed part and its passes, and only easy text needs fewer of them than it may have. So numbers of steps that were not used yet
   * are estimated from what each kind of pass costs here, and from how many the latest texts took; but never as faster than what was
   * measured with fewer, nor as slower than what was measured with more.
   */
  estimate(steps: number): Estimate | undefined {
    return this.measured(steps) ?? this.predicted(steps);
  }

  private measured(steps: number): Estimate | undefined {
    const same = this.warm.filter((run) => run.steps === steps && !run.isCutShort).slice(-RUNS_FOR_SPEED);
    return same.length === 0
      ? undefined
      : { ms: this.contextMs + median(same.map(withoutContext)), measured: true, runs: same.length };
  }

  private predicted(steps: number): Estimate | undefined {
    const recent = this.warm.slice(-RUNS_FOR_SPEED);
    if (recent.length === 0) {
      return undefined;
    }
    // What a text takes can be seen where it was given so many steps, or else where it was given most.
    const given = Math.min(steps, Math.max(...recent.map(stepsGiven)));
    const expected = recent.filter((run) => stepsGiven(run) >= given).map((run) => passesWithin(steps, run));
    const costs = costsOf(recent);
    const fixed = this.contextMs + median(recent.map((run) => withoutContext(run) - msOf(run.passes)));
    const ms = fixed + median(expected.map(({ denoise, verify }) => denoise * costs.denoise + verify * costs.verify));
    const fewer = this.measuredWith((each) => each < steps);
    const more = this.measuredWith((each) => each > steps);
    return { ms: Math.max(Math.min(ms, ...more), ...fewer), measured: false, runs: recent.length };
  }

  /** Those that say how long a person waits who goes on typing. */
  private get warm(): readonly Run[] {
    const warm = this.runs.filter(({ isCold }) => !isCold);
    return warm.length === 0 ? this.runs : warm;
  }

  /** Milliseconds that reading a context takes. */
  private get contextMs(): number {
    return median(this.warm.slice(-RUNS_FOR_SPEED).map(({ contextMs }) => contextMs));
  }

  /** Milliseconds of each number of steps that was measured and is such a one. */
  private measuredWith(isWanted: (steps: number) => boolean): number[] {
    const numbers = [...new Set(this.warm.map((run) => run.steps))].filter(isWanted);
    return numbers.flatMap((steps) => this.measured(steps)?.ms ?? []);
  }

  get lastMs(): number | undefined {
    return this.runs.at(-1)?.totalMs;
  }

  get lastPasses(): Passes | undefined {
    return this.runs.at(-1)?.passes;
  }

  /** Whether a deadline ended the last one. */
  get lastCutShort(): boolean {
    return this.runs.at(-1)?.isCutShort === true;
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

function withoutContext({ totalMs, contextMs }: Run): number {
  return totalMs - contextMs;
}

/** How many steps the text of a run could take. */
function stepsGiven({ steps, stepsUsed, isCutShort }: Run): number {
  return isCutShort ? stepsUsed : steps;
}

/** How many passes the text of a run takes within so many steps: at first a denoising one, and then as they were mixed in it. */
function passesWithin(steps: number, run: Run): Settling {
  const { denoise, verify } = run.passes;
  const { stepsUsed } = run;
  // A text that was done before its last step takes no more when it is given more.
  const wanted = stepsUsed < stepsGiven(run) ? Math.min(steps, stepsUsed) : steps;
  if (stepsUsed === 1) {
    return { denoise: denoise.count + wanted - 1, verify: verify.count };
  }
  const share = (wanted - 1) / (stepsUsed - 1);
  return { denoise: 1 + (denoise.count - 1) * share, verify: verify.count * share };
}

/** Milliseconds of a pass of each kind; 0 where there was none. */
function costsOf(runs: readonly Run[]): Settling {
  const [denoise = 0, verify = 0] = SETTLING.map((kind) => {
    const had = runs.filter(({ passes }) => passes[kind].count > 0);
    return had.length === 0 ? 0 : median(had.map(({ passes }) => passes[kind].ms / passes[kind].count));
  });
  return { denoise, verify };
}

function msOf(passes: Passes): number {
  return SETTLING.reduce((sum, kind) => sum + passes[kind].ms, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
