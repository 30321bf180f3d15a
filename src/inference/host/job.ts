import type { InfillError } from '../../shared/infillError.js';
import { emptyReport, type InfillOutcome, type NoneReason, type StepTrace } from '../../shared/outcome.js';
import type { Answer, Request } from './childConnection.js';

export type NoneOutcome = Extract<InfillOutcome, { kind: 'none' }>;
export type JobResult = Answer | { readonly type: 'withdrawn'; readonly outcome: NoneOutcome };

export interface JobOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: ((trace: StepTrace) => void) | undefined;
  /**
   * Whether each step of an infill request also says what could be suggested if the run ended there, or from when on: then nothing is told
   * before that, the steps neither. Absent = no.
   */
  readonly drafts?: boolean | Promise<void> | undefined;
  /** Whether nobody waits for it yet: then it gives way to everything else, see JobQueue. Absent = somebody does. */
  readonly isAhead?: (() => boolean) | undefined;
}

interface Settle {
  readonly resolve: (result: JobResult) => void;
  readonly reject: (error: InfillError) => void;
}

/** One thing to do in the inference process. It is settled once: by the child's answer, by an error, or by being withdrawn. */
export class Job {
  readonly result: Promise<JobResult>;
  /** Set by who runs the job: tells the child that nobody waits for it any more. */
  onWithdrawn: (() => void) | undefined;
  readonly #startedAt = performance.now();
  readonly #signal: AbortSignal | undefined;
  #settle: Settle | undefined;
  readonly #onAbort = (): void => this.withdraw('cancelled', 'The request was withdrawn.');

  constructor(
    /** What to send; `load` only waits until the model is loaded. */
    readonly request: Request | 'load',
    private readonly options: JobOptions = {},
  ) {
    this.result = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#signal = options.signal;
    this.#signal?.addEventListener('abort', this.#onAbort, { once: true });
    if (this.#signal?.aborted === true) {
      this.#onAbort();
    }
  }

  /** Whether nobody waits for it yet. */
  get isAhead(): boolean {
    return this.options.isAhead?.() ?? false;
  }

  get isSettled(): boolean {
    return this.#settle === undefined;
  }

  /** See JobOptions: from when on its drafts are wanted, where that is known later. */
  get draftsFrom(): Promise<void> | undefined {
    const { drafts } = this.options;
    return typeof drafts === 'object' ? drafts : undefined;
  }

  step(trace: StepTrace): void {
    if (!this.isSettled) {
      this.options.onStep?.(trace);
    }
  }

  resolve(result: JobResult): void {
    this.#finish()?.resolve(result);
  }

  reject(error: InfillError): void {
    this.#finish()?.reject(error);
  }

  /** Whoever waits for it gets the outcome `none` at once; a child that works on it is told to stop. */
  withdraw(reason: NoneReason, detail: string): void {
    const outcome = noneOutcome(reason, detail, performance.now() - this.#startedAt);
    const settle = this.#finish();
    if (settle !== undefined) {
      settle.resolve({ type: 'withdrawn', outcome });
      this.onWithdrawn?.();
    }
  }

  #finish(): Settle | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    return settle;
  }
}

/** Nothing came, and the model had no part in it. */
function noneOutcome(reason: NoneReason, detail: string, totalMs: number): NoneOutcome {
  return { kind: 'none', reason, detail, report: emptyReport(totalMs) };
}
