import { emptyReport, type InfillOutcome, type RunReport } from '../../shared/outcome.js';
import { InfillError } from '../../shared/infillError.js';
import type { InfillRequest } from '../../shared/infillRequest.js';
import type { ModelInfo } from '../../shared/protocol.js';
import { toInfillError } from '../../shared/toInfillError.js';
import type { ElsewhereService } from '../choice/elsewhere.js';
import type { Request } from '../host/childConnection.js';
import type { ServicePlace, WorkerState } from '../host/clientState.js';
import { Job, type JobOptions, type JobResult } from '../host/job.js';
import { JobQueue } from '../host/jobQueue.js';
import { JobVerbs } from '../host/jobVerbs.js';
import { formOf } from './forms/formOf.js';
import { hostedError } from './hostedError.js';
import { HostedFailure, type HostedTrouble } from './forms/hostedFailure.js';
import { hostOf, type HostedModel } from './forms/hostedModel.js';
import { HostedPauses } from './hostedPauses.js';
import type { HostedPatience } from './hostedPost.js';
import type { HostedRequests } from './hostedRequests.js';

export interface HostedServiceOptions {
  readonly model: HostedModel;
  /** '' = there is none. Read once, before the first request. */
  readonly readKey: () => Promise<string>;
  readonly onState: (state: WorkerState) => void;
  /** For suggestions, and for a selection. */
  readonly patience?: HostedPatience;
  readonly longPatience?: HostedPatience;
  readonly pauses?: Pick<HostedPauses, 'after' | 'worked'>;
}

const PATIENCE: HostedPatience = { answerMs: 8000, silenceMs: 5000, totalMs: 20_000 };
const LONG_PATIENCE: HostedPatience = { answerMs: 60_000, silenceMs: 15_000, totalMs: 120_000 };

const NO_CANVAS = 'does not show its tokens and steps, so there is no canvas to work on';

/**
 * Asks a hosted model, one request at a time, and the newest suggestion first, as the process on this machine does. After trouble it leaves
 * the model alone for a while; a timer ends that, and nothing is sent to find out. What is asked before anybody wants it is never sent.
 */
export class HostedService extends JobVerbs implements ElsewhereService {
  readonly #queue = new JobQueue();
  readonly #place: ServicePlace;
  readonly #pauses: Pick<HostedPauses, 'after' | 'worked'>;
  #state: WorkerState;
  #key: Promise<string> | undefined;
  #asked: Promise<HostedRequests> | undefined;
  #pause: NodeJS.Timeout | undefined;
  #running: AbortController | undefined;
  #isDisposed = false;

  constructor(private readonly options: HostedServiceOptions) {
    super();
    const { model, pauses = new HostedPauses() } = options;
    this.#place = { kind: 'hosted', name: hostOf(model) };
    this.#pauses = pauses;
    this.#state = this.#ready();
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** @throws InfillError as long as it is left alone after trouble. Nothing is sent. */
  load(): Promise<ModelInfo> {
    const { kind, error } = this.#state;
    return kind === 'failed' && error !== undefined ? Promise.reject(error) : Promise.resolve(this.#info);
  }

  override infill(request: InfillRequest, options?: JobOptions): Promise<InfillOutcome> {
    if (request.conditions !== undefined) {
      return Promise.reject(unsupported('cannot keep conditions'));
    }
    if (request.options.positions === true) {
      return Promise.reject(unsupported(NO_CANVAS)); // it would be paid for, and nothing could be made of it
    }
    return super.infill(request, options);
  }

  /** @throws InfillError always */
  override canvas(): Promise<never> {
    return Promise.reject(unsupported(NO_CANVAS));
  }

  /** It is fed nothing: texts of the project are never sent. */
  feedProject(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Asks again at once, with the key that is stored now. */
  restart(): Promise<void> {
    this.#queue.withdrawAll('The hosted model is asked anew.');
    this.#key = undefined;
    this.#pauses.worked();
    this.#recover();
    return Promise.resolve();
  }

  dispose(): Promise<void> {
    this.#isDisposed = true;
    clearTimeout(this.#pause);
    this.#queue.withdrawAll('The hosted model was turned off.');
    this.#running?.abort();
    return Promise.resolve();
  }

  protected async submit(request: Request, options: JobOptions): Promise<JobResult> {
    if (this.#isDisposed) {
      throw new InfillError('cancelled', 'The hosted model was turned off.', '');
    }
    this.#refuseFailed();
    const job = new Job(request, options);
    if (job.isAhead) {
      job.withdraw('not-ready', 'A hosted model is not asked ahead.');
    }
    if (!job.isSettled) {
      this.#queue.add(job);
      void this.#queue.drain(
        () => this.#performNext(),
        () => this.#rest(),
      );
    }
    return job.result;
  }

  #rest(): void {
    if (this.#state.kind === 'working') {
      this.#tell(this.#ready());
    }
  }

  async #performNext(): Promise<void> {
    const job = this.#queue.start();
    if (job === undefined) {
      return; // withdrawn meanwhile
    }
    const stop = (this.#running = new AbortController());
    job.onWithdrawn = () => stop.abort();
    try {
      const result = await this.#answer(job, stop.signal);
      this.#pauses.worked();
      job.resolve(result);
    } catch (error) {
      if (error instanceof HostedFailure && !stop.signal.aborted) {
        const reason = this.#failed(error.trouble);
        job.reject(reason);
        this.#queue.rejectWaiting(reason);
      } else {
        job.reject(toInfillError(error));
      }
    } finally {
      this.#running = undefined;
    }
  }

  async #answer(job: Job, signal: AbortSignal): Promise<JobResult> {
    const { request } = job;
    const startedAt = performance.now();
    const report = (): RunReport => ({
      ...emptyReport(performance.now() - startedAt),
      hosted: this.#place.name,
    });
    if (request === 'load' || request.type === 'load' || request.type === 'ping' || request.type === 'canvas') {
      throw new InfillError('internal', 'A hosted model was asked for something of a process.', '');
    }
    const { id } = request;
    this.#tell({ ...this.#ready(), kind: 'working', detail: `Waiting for ${this.#place.name}.` });
    const requests = await this.#requests();
    switch (request.type) {
      case 'infill': {
        const ask = { signal, report, ...draftsOf(job, request.drafts) };
        return { type: 'infilled', id, outcome: await requests.infill(request.request, ask) };
      }
      case 'denoise':
        return { type: 'denoised', id, outcome: await requests.denoise(request.request, { signal, report }) };
      case 'holes':
        return { type: 'holesFilled', id, outcomes: await requests.holes(request.request, { signal, report }) };
    }
  }

  /** The engine's rules are loaded with the first request: who asks no hosted model need not wait for them at the start. */
  #requests(): Promise<HostedRequests> {
    const { model, patience = PATIENCE, longPatience = LONG_PATIENCE } = this.options;
    this.#asked ??= import('./hostedRequests.js').then(
      (module) => new module.HostedRequests({ model, patience, longPatience, key: () => this.#knownKey() }),
    );
    return this.#asked;
  }

  async #knownKey(): Promise<string> {
    this.#key ??= this.options.readKey();
    const key = await this.#key;
    if (key === '' && formOf(this.options.model.provider).needsKey) {
      throw new HostedFailure({ kind: 'no-key' });
    }
    return key;
  }

  #failed(trouble: HostedTrouble): InfillError {
    const pauseMs = this.#pauses.after(trouble);
    const error = hostedError(trouble, this.options.model, Date.now() + pauseMs);
    clearTimeout(this.#pause);
    if (!this.#isDisposed) {
      this.#tell({ kind: 'failed', detail: error.describe(), error, place: this.#place });
      if (Number.isFinite(pauseMs)) {
        this.#pause = setTimeout(() => this.#recover(), pauseMs).unref();
      }
    }
    return error;
  }

  #recover(): void {
    clearTimeout(this.#pause);
    if (this.#state.kind === 'failed' && !this.#isDisposed) {
      this.#tell(this.#ready());
    }
  }

  #refuseFailed(): void {
    if (this.#state.kind === 'failed' && this.#state.error !== undefined) {
      throw this.#state.error;
    }
  }

  #ready(): WorkerState {
    return { kind: 'ready', detail: `${this.#place.name} is asked.`, info: this.#info, place: this.#place };
  }

  get #info(): ModelInfo {
    const { model } = this.options;
    return {
      name: model.model,
      version: '',
      license: '',
      device: this.#place.name,
      deviceNote: '',
      threads: 0,
      loadMs: 0,
      steps: { recommended: 1, most: 1 },
    };
  }

  #tell(state: WorkerState): void {
    this.#state = state;
    this.options.onState(state);
  }
}

/** To whom drafts are told, and from when on. */
function draftsOf(
  job: Job,
  isWanted: true | undefined,
): Pick<Parameters<HostedRequests['infill']>[1], 'onStep' | 'from'> {
  return isWanted !== true && job.draftsFrom === undefined
    ? {}
    : { onStep: (trace) => job.step(trace), ...(job.draftsFrom === undefined ? {} : { from: job.draftsFrom }) };
}

function unsupported(what: string): InfillError {
  return new InfillError(
    'invalid-request',
    `A hosted model ${what}.`,
    'Run "Infill: Turn Off Hosted Model" to use the model on this computer, which can.',
  );
}
