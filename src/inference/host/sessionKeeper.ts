import { InfillError } from '../../shared/infillError.js';
import type { RuntimeOptions } from '../../shared/infillOptions.js';
import { type ChildOptions, isDeath } from './childConnection.js';
import type { WorkerState } from './clientState.js';
import { LostProcess } from './lostProcess.js';
import { ModelSession } from './modelSession.js';
import type { Patience } from '../../process/patience.js';
import { type RestartLimits, RestartPolicy } from './restartPolicy.js';
import { sameRuntime } from '../../process/sameRuntime.js';
import { toInfillError } from '../../shared/toInfillError.js';

/** A window whose request has ended a process that others use too has one of its own for so long, so that it hurts nobody twice. */
const ALONE_MS = 5 * 60_000;

export interface KeeperOptions {
  /** Of a process for this window alone. */
  readonly child: ChildOptions;
  /** The bundle that shares a process with other windows; absent = none is shared. */
  readonly relayPath?: string | undefined;
  readonly restarts: RestartLimits;
  readonly loadPatience: Patience;
  readonly onState: (state: WorkerState) => void;
  readonly nextId: () => number;
}

/**
 * Keeps at most one session: opens it when it is needed, replaces it when the configuration changes, ends it when it is idle, and
 * after a failure lets the next one wait (crashes) or answers with the known reason for a while (loads that fail).
 */
export class SessionKeeper {
  readonly #crashes: RestartPolicy;
  readonly #failedLoads: RestartPolicy;
  #runtime: RuntimeOptions | undefined;
  #session: ModelSession | undefined;
  #state: WorkerState = { kind: 'stopped', detail: 'Not started yet.' };
  /** Until every child of before is gone, so that two models are never in memory at once. */
  #leaving: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;
  #isDisposed = false;
  #isSharing = true;
  #aloneUntil = -Infinity;

  constructor(
    private readonly options: KeeperOptions,
    private idleMs: number,
  ) {
    this.#crashes = new RestartPolicy(options.restarts);
    this.#failedLoads = new RestartPolicy({ ...options.restarts, maxFailures: Infinity });
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** The session that is loaded with the present configuration, if there is one. */
  get loaded(): ModelSession | undefined {
    const session = this.#session;
    return session?.info !== undefined && session.runtime === this.#runtime ? session : undefined;
  }

  get pid(): number | undefined {
    return this.#session?.pid;
  }

  /** Returns whether a session exists that has to be replaced; `ready` does that. */
  configure(runtime: RuntimeOptions): boolean {
    if (this.#runtime !== undefined && sameRuntime(this.#runtime, runtime)) {
      return false;
    }
    this.#runtime = runtime;
    this.forgetFailures();
    return this.#session !== undefined;
  }

  /**
   * Whether the process may be shared with other windows from now on.
   *
   * @returns whether a session exists that has to be replaced; `ready` does that
   */
  setSharing(isSharing: boolean): boolean {
    if (this.#isSharing === isSharing) {
      return false;
    }
    this.#isSharing = isSharing;
    if (this.#runtime !== undefined) {
      this.#runtime = { ...this.#runtime }; // another one, so the session is replaced
    }
    return this.#session !== undefined;
  }

  /** Forgets what failed before: the next try comes at once. */
  forgetFailures(): void {
    this.#crashes.succeeded();
    this.retryLoad();
    if (this.#state.kind === 'failed') {
      this.#show({ kind: 'stopped', detail: 'Not started yet.' });
    }
  }

  /** A load that failed is tried again at once. */
  retryLoad(): void {
    this.#failedLoads.succeeded();
  }

  /** The loaded session that fits the configuration; opens or replaces it where needed. Rejects with the reason why there is none. */
  async ready(): Promise<ModelSession> {
    for (;;) {
      const session = this.#current();
      try {
        await session.loaded;
      } catch (error) {
        if (error instanceof InfillError && error.code === 'cancelled' && !this.#isDisposed) {
          continue; // closed by a restart or a change of the configuration: the next one counts
        }
        throw error;
      }
      if (session === this.#session && session.runtime === this.#runtime) {
        return session;
      }
    }
  }

  /** A request runs in the session; `quietly`: nobody waits for it, so there is nothing to tell. */
  working(session: ModelSession, detail: string, quietly = false): void {
    this.#disarmIdle();
    if (quietly) {
      return;
    }
    this.#show({ kind: 'working', detail, ...infoOf(session) });
  }

  /** The child has answered a request: earlier crashes no longer count. */
  answered(): void {
    this.#crashes.succeeded();
  }

  /** Nothing is left to do. From now on the time without use counts. */
  resting(): void {
    const session = this.loaded;
    if (session !== undefined) {
      this.#show({ kind: 'ready', detail: readyDetail(session), ...infoOf(session) });
      this.#armIdle();
    }
  }

  setIdleMs(idleMs: number): void {
    this.idleMs = idleMs;
    if (this.#state.kind === 'ready') {
      this.#armIdle();
    }
  }

  /** Ends the session, if there is one; see ModelSession. */
  close(how: 'gently' | 'now' | 'for all', detail: string): void {
    this.#disarmIdle();
    const session = this.#session;
    this.#session = undefined;
    if (session !== undefined) {
      this.#leaving = Promise.all([this.#leaving, session.close(how)]);
      this.#show({ kind: 'stopped', detail });
    }
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.close('now', 'Shut down.');
    await this.#leaving;
  }

  #current(): ModelSession {
    if (this.#isDisposed) {
      throw new InfillError('cancelled', 'The inference client was shut down.', '');
    }
    if (this.#runtime === undefined) {
      throw new InfillError('internal', 'The inference client was used before it was configured.', '');
    }
    if (this.#session !== undefined && this.#session.runtime !== this.#runtime) {
      this.close('gently', 'Ended to load with other settings.');
    }
    this.#session ??= this.#open(this.#runtime);
    return this.#session;
  }

  #open(runtime: RuntimeOptions): ModelSession {
    const known = this.#state.error;
    if (known !== undefined && (this.#crashes.isExhausted || this.#failedLoads.waitMs(performance.now()) > 0)) {
      throw known;
    }
    const session: ModelSession = new ModelSession(runtime, {
      child: this.#isAlone ? this.options.child : { ...this.options.child, workerPath: this.options.relayPath ?? '' },
      after: this.#leaving,
      delayMs: this.#crashes.waitMs(performance.now()),
      loadPatience: this.options.loadPatience,
      loadId: this.options.nextId(),
      onStarting: () => this.#show({ kind: 'starting', detail: 'Starting the inference process.' }),
      onLoading: () => this.#show({ kind: 'loading', detail: `Loading ${runtime.modelPath}.` }),
      onDied: (error) => this.#onDied(session, error),
    });
    session.loaded.then(
      () => this.#onLoaded(session),
      (error: unknown) => this.#onLoadFailed(session, toInfillError(error)),
    );
    return session;
  }

  get #isAlone(): boolean {
    return this.options.relayPath === undefined || !this.#isSharing || performance.now() < this.#aloneUntil;
  }

  #onLoaded(session: ModelSession): void {
    this.#failedLoads.succeeded();
    if (session === this.#session) {
      this.resting();
    }
  }

  #onLoadFailed(session: ModelSession, error: InfillError): void {
    if (session === this.#session && !isDeath(error) && !(error instanceof LostProcess)) {
      this.#failedLoads.failed(performance.now());
      this.close('gently', 'The model could not be loaded.');
      this.#show({ kind: 'failed', detail: error.describe(), error });
    }
  }

  #onDied(session: ModelSession, error: InfillError): void {
    if (session !== this.#session) {
      return;
    }
    this.#disarmIdle();
    this.#session = undefined;
    if (error instanceof LostProcess) {
      this.#show({ kind: 'stopped', detail: error.message }); // no fault of this window's, and no error
      return;
    }
    if (session.isShared) {
      this.#aloneUntil = performance.now() + ALONE_MS;
    }
    this.#crashes.failed(performance.now());
    if (this.#crashes.isExhausted) {
      const message = `The inference process failed ${this.#crashes.failures} times in a row. The last time: ${error.message}`;
      const remedy =
        'Run "Infill: Restart Inference" to try again; with another model or infill.device "cpu" it may work.';
      const final = new InfillError(error.code, message, remedy, { cause: error });
      this.#show({ kind: 'failed', detail: final.describe(), error: final });
    } else {
      this.#show({ kind: 'stopped', detail: error.describe(), error });
    }
  }

  #armIdle(): void {
    this.#disarmIdle();
    if (this.idleMs > 0) {
      const release = (): void =>
        this.close('gently', 'Ended after a while without use; the next request starts it again.');
      this.#idle = setTimeout(release, this.idleMs).unref();
    }
  }

  #disarmIdle(): void {
    clearTimeout(this.#idle);
  }

  #show(state: WorkerState): void {
    this.#state = state;
    this.options.onState(state);
  }
}

function infoOf(session: ModelSession): Pick<WorkerState, 'info'> {
  return session.info === undefined ? {} : { info: session.info };
}

function readyDetail({ info }: ModelSession): string {
  if (info === undefined) {
    return 'Ready.';
  }
  const note = info.deviceNote === '' ? '' : ` (${info.deviceNote})`;
  return `${info.name} ${info.version} on ${info.device}${note}.`;
}
