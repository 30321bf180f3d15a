import type {
  CanvasPosition,
  FoundTrace,
  NoneReason,
  PhaseTimes,
  RunReport,
  ShownDraft,
  StepTrace,
} from '../../../shared/outcome.js';
import { setImmediate as nextMacrotask } from 'node:timers/promises';
import type { InfillOptions } from '../../../shared/infillOptions.js';
import type { InfillModel, ModelContext } from '../../contract/model.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Canvas } from '../canvas/canvas.js';
import { canvasPositions, type GivenPositions } from './canvasPositions.js';
import { canvasTexts } from './canvasTexts.js';
import type { LoopStep } from './loopStep.js';
import { PassCosts } from './passCosts.js';
import { PassMeter } from './passMeter.js';
import type { Pipeline } from './pipeline.js';

/** What the caller of a run may watch and stop. It is asked at each step, so a caller may begin to watch in the middle of it. */
export interface RunControl {
  readonly signal?: AbortSignal;
  /** Told after every step what it did to candidate 0. */
  readonly onStep?: ((trace: StepTrace) => void | Promise<void>) | undefined;
  /** Whether each step also says what could be suggested if the run ended there. Absent = no. */
  readonly drafts?: boolean;
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
  /** What positions say of tokens that came with the request, and of the end of the prefix; see `canvasPositions`. */
  given: GivenPositions = { healedBytes: 0 };
  stepsUsed = 0;
  /** With a trace: texts of the project that were compared, where any were. */
  found: readonly FoundTrace[] = [];
  /** Which canvas of several this is. */
  part: StepTrace['part'];
  /** What could be suggested of a canvas that holds a draft; undefined where nothing could, or where nobody knows yet. */
  present: ((draft: Canvas) => ShownDraft | undefined) | undefined;
  private encodedTokens = 0;
  private reusedTokens = 0;
  private readonly trace: StepTrace[] = [];
  private stoppedBy: RunReport['stoppedBy'];
  private readonly tokenizer: Tokenizer;
  private readonly costs: PassCosts;
  private readonly meter: PassMeter;

  constructor(
    private readonly options: Pick<InfillOptions, 'trace' | 'positions' | 'deadlineMs'>,
    private readonly control: RunControl,
    { tokenizer, costs = new PassCosts() }: Pick<Pipeline, 'tokenizer' | 'costs'>,
  ) {
    this.tokenizer = tokenizer;
    this.costs = costs;
    this.meter = new PassMeter(costs);
  }

  /** The same model; its passes are counted for this run from now on. */
  measured(model: InfillModel): InfillModel {
    return this.meter.measured(model);
  }

  /** Whether another step would end before the deadline, with the comparison of ends that follows it. */
  hasTimeFor(kind: StepTrace['kind']): boolean {
    const hasTime = this.leaves(this.costs.of(kind) + this.costs.of('rank'));
    if (!hasTime) this.stoppedBy = 'deadline';
    return hasTime;
  }

  /** Whether ends can be compared before the deadline. */
  hasTimeToRank(): boolean {
    return this.leaves(this.costs.of('rank'));
  }

  isCancelled(): boolean {
    return this.control.signal?.aborted === true;
  }

  contextOpened({ encodedTokens, reusedTokens }: ModelContext): void {
    this.clock.endPhase('context');
    this.encodedTokens += encodedTokens;
    this.reusedTokens += reusedTokens;
  }

  /** Tells whoever watches, and answers whether the run goes on. */
  async stepDone(step: LoopStep, canvas: Canvas): Promise<boolean> {
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
    const passes = this.meter.passes;
    if (passes.rank.count > 0) this.costs.learn('rank', passes.rank.ms);
    return {
      stepsUsed: this.stepsUsed,
      passes,
      ...(this.stoppedBy === undefined ? {} : { stoppedBy: this.stoppedBy }),
      canvasSize: this.canvasSize,
      ms: this.clock.times(),
      encodedTokens: this.encodedTokens,
      reusedTokens: this.reusedTokens,
      ...(this.options.trace ? { trace: this.trace } : {}),
      ...(this.found.length > 0 ? { found: this.found } : {}),
    };
  }

  none(reason: NoneReason, detail: string): NoOutcome {
    return { kind: 'none', reason, detail, report: this.report() };
  }

  cancelled(): NoOutcome {
    return this.none('cancelled', `Cancelled after ${String(this.stepsUsed)} steps.`);
  }

  /** What is known of each position of a canvas. */
  positionsOf(canvas: Canvas, drafted?: Canvas): CanvasPosition[] {
    return canvasPositions(canvas, drafted, this.given, this.tokenizer);
  }

  private leaves(ms: number): boolean {
    const { deadlineMs } = this.options;
    return deadlineMs === undefined || this.clock.elapsed() + ms <= deadlineMs;
  }

  private traceOf({ index: step, kind, draft }: LoopStep, canvas: Canvas, ms: number): StepTrace {
    const textsOf = (of: Canvas): (string | null)[] => canvasTexts(of.wholeCanvas(), of.settings.mask, this.tokenizer);
    const texts = textsOf(canvas);
    const drafted = draft();
    const shown = this.control.drafts === true ? this.present?.(drafted) : undefined;
    return {
      step,
      kind,
      ...(this.part === undefined ? {} : { part: this.part }),
      ms,
      commits: canvas.committedIn(step).map((commit) => ({ ...commit, text: texts[commit.position] ?? '' })),
      canvas: texts,
      draft: textsOf(drafted),
      ...(shown === undefined ? {} : { shown }),
      ...(this.options.positions ? { positions: this.positionsOf(canvas, drafted) } : {}),
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

  /** Milliseconds since the run began. */
  elapsed(): number {
    return performance.now() - this.started;
  }

  /** Answers how long the step took. */
  endStep(): number {
    const ms = this.takeLap();
    this.steps.push(ms);
    return ms;
  }

  times(): PhaseTimes {
    return { ...this.phases, steps: [...this.steps], total: this.elapsed() };
  }

  private takeLap(): number {
    const now = performance.now();
    const lap = now - this.lap;
    this.lap = now;
    return lap;
  }
}
