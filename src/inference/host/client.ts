import { InfillError } from '../../shared/infillError.js';
import type { RuntimeOptions } from '../../shared/infillOptions.js';
import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ModelInfo, ProjectChange } from '../../shared/protocol.js';
import { isDeath, type LogLevel, type Request } from './childConnection.js';
import type { WorkerState } from './clientState.js';
import type { InfillService, ProcessMemory } from './infillService.js';
import { Job, type JobOptions, type JobResult } from './job.js';
import { JobQueue } from './jobQueue.js';
import { JobVerbs, unexpected } from './jobVerbs.js';
import { LostProcess } from './lostProcess.js';
import { LOAD_PATIENCE, PATIENCE, type Patience } from '../../process/patience.js';
import type { RestartLimits } from './restartPolicy.js';
import { toInfillError } from '../../shared/toInfillError.js';
import { SessionKeeper } from './sessionKeeper.js';

export type { LogLevel } from './childConnection.js';
export type { WorkerState } from './clientState.js';
export type { JobOptions } from './job.js';

export interface InferenceClientOptions {
  /** Absolute path of the worker bundle. */
  readonly workerPath: string;
  /** Absolute path of the relay's bundle, beside which the worker's is, to share a process with other windows; absent = none is shared. */
  readonly relayPath?: string;
  /** Node flags of the child; none by default. */
  readonly execArgv?: readonly string[];
  /** How long the child may take to end by itself once it was let go, before it is killed. */
  readonly graceMs: number;
  /** Without a request for so long the child is ended and its memory given back; 0 = never. */
  readonly idleMs: number;
  readonly onState: (state: WorkerState) => void;
  readonly log: (level: LogLevel, text: string) => void;
  /** Told what the process's index of the project's texts holds, after changes of it. */
  readonly onProject?: (stats: ProjectStats) => void;
  /** How crashes and failed loads are repeated. */
  readonly restarts?: RestartLimits;
  /** When a child that works counts as stuck. */
  readonly patience?: Patience;
  /** When a load counts as stuck; loading itself may take as long as it needs. */
  readonly loadPatience?: Patience;
}

const RESTARTS: RestartLimits = { firstDelayMs: 250, maxDelayMs: 30_000, maxFailures: 5 };

/**
 * The host's side of the inference process. Starts it when it is needed, hands it one request at a time, and survives
 * whatever happens to it: every request ends in an outcome or in an InfillError, and the next one works again.
 */
export class InferenceClient extends JobVerbs implements InfillService {
  readonly #queue = new JobQueue();
  readonly #keeper: SessionKeeper;
  readonly #patience: Patience;
  readonly #log: InferenceClientOptions['log'];
  #isDisposed = false;

  constructor(options: InferenceClientOptions) {
    super();
    const { workerPath, execArgv = [], graceMs, idleMs, onState, onProject, log, restarts = RESTARTS } = options;
    this.#patience = options.patience ?? PATIENCE;
    this.#log = log;
    this.#keeper = new SessionKeeper(
      {
        child: { workerPath, execArgv, graceMs, log, ...(onProject === undefined ? {} : { onProject }) },
        relayPath: options.relayPath,
        restarts,
        loadPatience: options.loadPatience ?? LOAD_PATIENCE,
        onState: (state) => {
          log(state.error === undefined ? 'debug' : 'error', `Inference process ${state.kind}: ${state.detail}`);
          onState(state);
        },
        nextId: () => this.nextId(),
      },
      idleMs,
    );
  }

  get state(): WorkerState {
    return this.#keeper.state;
  }

  /** Process id of the child while there is one, for diagnostics. */
  get pid(): number | undefined {
    return this.#keeper.pid;
  }

  /** Model, device and threads from now on. A model loaded with others is replaced as soon as the running request is done. */
  configure(runtime: RuntimeOptions): void {
    if (this.#keeper.configure(runtime)) {
      // Off the typing path; who needs the reason of a failure finds it in the state and gets it with the next request.
      this.load().catch(() => undefined);
    }
  }

  /** See InfillService. */
  setSharing(isSharing: boolean): void {
    if (this.#keeper.setSharing(isSharing)) {
      this.load().catch(() => undefined);
    }
  }

  /** Changes after how long without a request the child is ended; 0 = never. */
  setIdleMs(idleMs: number): void {
    this.#keeper.setIdleMs(idleMs);
  }

  /** Starts the child and loads the model, unless that is done. Tries at once even if a load has just failed. */
  async load(): Promise<ModelInfo> {
    const loaded = this.#keeper.loaded?.info;
    if (loaded !== undefined) {
      return loaded;
    }
    this.#keeper.retryLoad();
    const result = await this.submit('load', {});
    if (result.type === 'loaded') {
      return result.info;
    }
    throw new InfillError('cancelled', result.type === 'withdrawn' ? result.outcome.detail : unexpected(result), '');
  }

  /** See InfillService. It goes past the queue: what is removed must be gone before the next request, and a child takes it at any time. */
  async feedProject(change: ProjectChange): Promise<boolean> {
    return (await this.#keeper.loaded?.feed(change)) ?? false;
  }

  /** See InfillService. Never starts a process. */
  async memory(): Promise<ProcessMemory | undefined> {
    const answer = await this.#keeper.loaded?.call({ type: 'ping', id: this.nextId() }, { patience: this.#patience });
    return answer?.type === 'pong' ? { bytes: answer.rssBytes, windows: answer.windows } : undefined;
  }

  /** See InfillService. Ends the process at once. Other windows that use it come back by themselves. */
  async restart(): Promise<void> {
    this.#queue.withdrawAll('The inference process was restarted.');
    this.#keeper.forgetFailures();
    this.#keeper.close('for all', 'Restarting.');
    await this.load();
  }

  /** Ends the child. What was pending ends as cancelled. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#queue.withdrawAll('Infill was shut down.');
    await this.#keeper.dispose();
  }

  protected submit(request: Request | 'load', options: JobOptions): Promise<JobResult> {
    if (this.#isDisposed) {
      return Promise.reject(new InfillError('cancelled', 'The inference client was shut down.', ''));
    }
    const job = new Job(request, options);
    if (job.isAhead && this.#keeper.loaded === undefined) {
      job.withdraw('not-ready', 'No model is loaded, and none is loaded for what is asked ahead.');
    }
    if (!job.isSettled) {
      this.#queue.add(job); // a request that was withdrawn before it came must not displace another
      void this.#queue.drain(
        () => this.#performNext(),
        () => this.#keeper.resting(),
      );
    }
    return job.result;
  }

  /** Hands the next job to the child and waits until the child is free again, even if nobody waits for the job any more. */
  async #performNext(): Promise<void> {
    const session = await this.#keeper.ready();
    const job = this.#queue.start();
    if (job === undefined) {
      return; // withdrawn while the model was loading
    }
    const { request } = job;
    if (request === 'load') {
      job.resolve({ type: 'loaded', id: 0, info: await session.loaded });
      return;
    }
    this.#keeper.working(session, WORK[request.type], job.isAhead);
    let withdrawnAt: number | undefined;
    job.onWithdrawn = () => {
      withdrawnAt = performance.now();
      session.cancel(request.id);
    };
    try {
      const called = session.call(request, { patience: this.#patience, onStep: (trace) => job.step(trace) });
      void job.draftsFrom?.then(() => session.watch(request.id));
      const answer = await called;
      this.#keeper.answered();
      job.resolve(answer);
      if (withdrawnAt !== undefined) {
        const took = performance.now() - withdrawnAt;
        this.#log('debug', `A withdrawn request let the inference process go after ${took.toFixed(0)} ms.`);
      }
    } catch (error) {
      const reason = toInfillError(error);
      if (reason instanceof LostProcess) {
        this.#queue.putBack();
        return;
      }
      job.reject(reason);
      if (isDeath(reason)) {
        this.#queue.rejectWaiting(reason);
      } else {
        this.#keeper.answered();
      }
    }
  }
}

/** What a request of each type has the process do. */
const WORK: Readonly<Record<Request['type'], string>> = {
  load: 'Loading.',
  ping: 'Answering.',
  infill: 'Filling in.',
  denoise: 'Denoising a selection.',
  canvas: 'Denoising a canvas.',
  holes: 'Filling in at several places.',
};
