import type { NoneReason, PhaseTimes, RunReport, StepTrace } from '../../../shared/outcome.js';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import type { InfillOptions } from '../../../shared/infillOptions.js';
import type { ModelContext } from '../../contract/model.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Canvas } from '../canvas/canvas.js';
import { canvasTexts } from './canvasTexts.js';

/** What the caller of a run may watch and stop. */
export interface RunControl {
  readonly signal?: AbortSignal;
  /** Told after every step what it did to candidate 0. */
  readonly onStep?: (trace: StepTrace) => void | Promise<void>;
}

/** An outcome without a text. */
export interface NoOutcome {
  readonly kind: 'none';
  readonly reason: NoneReason;
  readonly detail: string;
  readonly report: RunReport;
}

/** What is known about a run while it goes on: becomes its report. */
export class RunRecord {
  readonly clock = new RunClock();
  canvasSize = 0;
  stepsUsed = 0;
  /** Of the denoising network; fewer than the steps where some left the canvas as it was. */
  passes = 0;
  /** Which canvas of several this is. */
  part: StepTrace['part'];
  private encodedTokens = 0;
  private reusedTokens = 0;
  private readonly trace: StepTrace[] = [];

  constructor(
    private readonly options: Pick<InfillOptions, 'trace'>,
    private readonly control: RunControl,
    private readonly tokenizer: Tokenizer,
  ) {}

  isCancelled(): boolean {
    return this.control.signal?.aborted === true;
  }

  contextOpened({ encodedTokens, reusedTokens }: ModelContext): void {
    this.clock.endPhase('context');
    this.encodedTokens += encodedTokens;
    this.reusedTokens += reusedTokens;
  }

  /** Tells whoever watches, and answers whether the run goes on. */
  async stepDone(step: number, canvas: Canvas): Promise<boolean> {
    const ms = this.clock.endStep();
    this.stepsUsed++;
    if (this.options.trace || this.control.onStep) {
      const trace = this.traceOf(step, canvas, ms);
      if (this.options.trace) this.trace.push(trace);
      await this.control.onStep?.(trace);
    }
    return this.goesOn();
  }

  /** After a step of candidates other than the first, which nobody watches. */
  async alternativeStepDone(): Promise<boolean> {
    this.clock.endStep();
    return this.goesOn();
  }

  /** Lets messages in, and answers whether the run goes on. */
  async goesOn(): Promise<boolean> {
    await nextMacrotask();
    return !this.isCancelled();
  }

  report(): RunReport {
    return {
      stepsUsed: this.stepsUsed,
      passes: this.passes,
      canvasSize: this.canvasSize,
      ms: this.clock.times(),
      encodedTokens: this.encodedTokens,
      reusedTokens: this.reusedTokens,
      ...(this.options.trace ? { trace: this.trace } : {}),
    };
  }

  none(reason: NoneReason, detail: string): NoOutcome {
    return { kind: 'none', reason, detail, report: this.report() };
  }

  cancelled(): NoOutcome {
    return this.none('cancelled', `Cancelled after ${String(this.stepsUsed)} steps.`);
  }

  private traceOf(step: number, canvas: Canvas, ms: number): StepTrace {
    const texts = canvasTexts(canvas.wholeCanvas(), canvas.settings.mask, this.tokenizer);
    return {
      step,
      ...(this.part === undefined ? {} : { part: this.part }),
      ms,
      commits: canvas.committedIn(step).map((commit) => ({ ...commit, text: texts[commit.position] ?? '' })),
      canvas: texts,
    };
  }
}

type Phase = 'tokenize' | 'context' | 'postprocess';

/** Measures how long the phases of a run take, in milliseconds. */
class RunClock {
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
