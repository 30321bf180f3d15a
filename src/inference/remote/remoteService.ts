import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVER_PROTOCOL } from '../../process/serverProtocol.js';
import { InfillError } from '../../shared/infillError.js';
import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ModelInfo, ProjectChange } from '../../shared/protocol.js';
import { toInfillError } from '../../shared/toInfillError.js';
import type { ElsewhereService } from '../choice/elsewhere.js';
import type { LogLevel, Request } from '../host/childConnection.js';
import type { ServicePlace, WorkerState } from '../host/clientState.js';
import { Job, type JobOptions, type JobResult } from '../host/job.js';
import { JobQueue } from '../host/jobQueue.js';
import { JobVerbs } from '../host/jobVerbs.js';
import { type RestartLimits, RestartPolicy } from '../host/restartPolicy.js';
import { ProjectTexts } from './projectTexts.js';
import { type RetryLimits, RetryTimes } from './retryTimes.js';
import { runRequest } from './runRequest.js';
import type { ServerAddress } from './serverAddress.js';
import { ServerConnection, type ServerPatience } from './serverConnection.js';
import { BusyServer, outdated, SupersededThere, unreachable } from './serverFault.js';

export interface RemoteServiceOptions {
  readonly address: ServerAddress;
  /** Read when it is first needed; '' = none. */
  readonly token: () => Promise<string>;
  readonly onState: (state: WorkerState) => void;
  /** Told what the server holds of the project's texts. */
  readonly onProject: (stats: ProjectStats) => void;
  readonly log: (level: LogLevel, text: string) => void;
  readonly retries?: RetryLimits;
  readonly patience?: ServerPatience;
}

const RETRIES: RetryLimits = { firstMs: 1000, mostMs: 60_000 };
/** A server that is busy is asked so often for one request, and waited for so long at most. */
const BUSY_TRIES = 3;
const LONGEST_BUSY_MS = 30_000;
/**
 * Texts that a server has forgotten are given again after so long at least, and after twice as long each time: it has no room for them, or is
 * one of several that do not know of each other.
 */
const AGAIN: RestartLimits = { firstDelayMs: 60_000, maxDelayMs: 60 * 60_000, maxFailures: Infinity };
/** What is said when it is left may be lost. */
const LEAVE_MS = 1000;

/**
 * Fills in on an `infill serve`. The order of work is that of a process on this machine: one request at a time, of suggestions the newest. A server
 * that cannot be asked is looked after in the background, ever more rarely, until it can.
 */
export class RemoteService extends JobVerbs implements ElsewhereService {
  readonly #place: ServicePlace;
  readonly #connection: ServerConnection;
  readonly #queue = new JobQueue();
  readonly #texts: ProjectTexts;
  readonly #retries: RetryTimes;
  /** Ends what is under way when there is no more use for it. */
  readonly #closing = new AbortController();
  #state: WorkerState;
  #info: ModelInfo | undefined;
  #connecting: Promise<ModelInfo> | undefined;
  #retry: NodeJS.Timeout | undefined;
  readonly #feedAgain = new RestartPolicy(AGAIN);
  /** The same for a server that says to have another model than it has just said: several with different ones can stand behind an address. */
  readonly #lookAgain = new RestartPolicy(AGAIN);

  constructor(private readonly options: RemoteServiceOptions) {
    super();
    const { address, token, retries = RETRIES, patience, onProject } = options;
    this.#place = { kind: 'server', name: address.name };
    this.#state = { kind: 'stopped', detail: 'Not asked yet.', place: this.#place };
    this.#retries = new RetryTimes(retries);
    let secret: Promise<string> | undefined;
    this.#connection = new ServerConnection({
      address,
      client: randomUUID(),
      token: () =>
        (secret ??= token().catch((thrown: unknown) => {
          secret = undefined; // it may be told another time
          throw thrown;
        })),
      ...(patience === undefined ? {} : { patience }),
    });
    this.#texts = new ProjectTexts({
      send: (change) => this.#sendChange(change),
      ask: async () =>
        (await this.#connection.ask('project', (forms) => forms.statsAnswer, this.#closing.signal)).stats,
      onStats: onProject,
    });
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** See InfillService. Tries at once even if the server has just failed. */
  async load(): Promise<ModelInfo> {
    if (this.#info !== undefined) return this.#info;
    this.#retries.succeeded();
    const result = await this.submit('load', {});
    if (result.type === 'loaded') return result.info;
    throw new InfillError('cancelled', 'The server was not waited for.', '');
  }

  /** See InfillService. Nothing is computed there before what is removed here is gone. */
  async feedProject(change: ProjectChange): Promise<boolean> {
    return this.#info === undefined ? false : this.#texts.feed(change);
  }

  /** See InfillService: asks the server anew what it is. */
  async restart(): Promise<void> {
    this.#queue.withdrawAll('The server is asked anew.');
    this.#forget();
    this.#show('stopped', 'Asked anew.');
    await this.load();
  }

  async dispose(): Promise<void> {
    const hasTexts = this.#texts.mayBeThere;
    clearTimeout(this.#retry);
    this.#queue.withdrawAll('The server is not asked any more.');
    this.#forget();
    this.#closing.abort();
    if (!hasTexts) return;
    // It would forget them by itself after a while.
    const late = AbortSignal.timeout(LEAVE_MS);
    await this.#connection.ask('project', (forms) => forms.changeAnswer, late, { clear: true }).catch(() => undefined);
  }

  protected submit(request: Request | 'load', options: JobOptions): Promise<JobResult> {
    if (this.#closing.signal.aborted) {
      return Promise.reject(new InfillError('cancelled', 'The server is not asked any more.', ''));
    }
    const job = new Job(request, options);
    if (job.isAhead && this.#info === undefined) {
      job.withdraw('not-ready', 'The server was not asked yet, and is not for what is asked ahead.');
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
    if (this.#info !== undefined) this.#show('ready', readyDetail(this.#info, this.#place));
  }

  /** @throws InfillError why the server cannot be asked; one that has just failed is not tried again at once */
  async #ready(): Promise<ModelInfo> {
    if (this.#info !== undefined) return this.#info;
    const { kind, error } = this.#state;
    if (kind === 'failed' && error !== undefined && this.#retries.waitMs(performance.now()) > 0) throw error;
    this.#show('starting', `Asks ${this.#place.name}.`);
    return this.#connect();
  }

  /** Asks the server what it is. @throws InfillError */
  #connect(): Promise<ModelInfo> {
    this.#connecting ??= this.#greet().finally(() => (this.#connecting = undefined));
    return this.#connecting;
  }

  async #greet(): Promise<ModelInfo> {
    clearTimeout(this.#retry);
    const { name } = this.#place;
    try {
      const { protocol, version, model } = await this.#connection.ask(
        'model',
        (forms) => forms.modelAnswer,
        this.#closing.signal,
      );
      if (protocol !== SERVER_PROTOCOL) throw outdated(name, protocol > SERVER_PROTOCOL ? 'here' : 'there');
      this.options.log('info', `${name} answers: Infill ${version} with ${model.name} ${model.version}.`);
      this.#retries.succeeded();
      this.#info = model;
      this.#show('ready', readyDetail(model, this.#place));
      return model;
    } catch (thrown) {
      const error =
        thrown instanceof BusyServer ? new InfillError('refused', thrown.message, '') : toInfillError(thrown);
      if (!this.#closing.signal.aborted) this.#lost(error);
      throw error;
    }
  }

  async #performNext(): Promise<void> {
    const info = await this.#ready();
    const job = this.#queue.start();
    if (job === undefined) return; // withdrawn while the server was asked what it is
    const { request } = job;
    if (request === 'load') {
      job.resolve({ type: 'loaded', id: 0, info });
      return;
    }
    if (!job.isAhead) this.#show('working', `${this.#place.name} is at work.`);
    const stop = new AbortController();
    job.onWithdrawn = () => stop.abort();
    for (let tries = 1; isWanted(job); tries++) {
      try {
        await this.#texts.removed;
        // Lost meanwhile: what was to be gone may still be there.
        if (this.#info === undefined) throw this.#state.error ?? unreachable(this.#place.name, 'it was lost');
        const project = this.#texts.id;
        const answered = await runRequest(this.#connection, request, job, {
          signal: stop.signal,
          isGiven: (uri) => this.#texts.isGiven(uri),
        });
        job.resolve(answered.answer);
        this.#compare(info, project, answered);
      } catch (thrown) {
        if (!isWanted(job)) return;
        if (thrown instanceof SupersededThere) job.withdraw('superseded', thrown.message);
        else if (!(thrown instanceof BusyServer)) this.#fail(job, toInfillError(thrown));
        else if (job.isAhead) job.withdraw('superseded', 'It was asked ahead, and the server is busy.');
        else if (tries >= BUSY_TRIES || thrown.afterMs > LONGEST_BUSY_MS) job.reject(tooBusy(thrown));
        else
          await sleep(thrown.afterMs * (1 + Math.random() / 4), undefined, { signal: stop.signal }).catch(
            () => undefined,
          );
      }
    }
  }

  #fail(job: Job, error: InfillError): void {
    if (error.code === 'unreachable' || error.code === 'refused') this.#lost(error); // first: who is told of it asks elsewhere
    job.reject(error);
  }

  /** The server is another one, or does not know the project's texts any more, though it answers. */
  #compare(
    info: ModelInfo,
    project: string | undefined,
    { model, project: used }: { readonly model: string | undefined; readonly project: string | undefined },
  ): void {
    const now = performance.now();
    const isOther = model !== undefined && model !== encodeURIComponent(`${info.name} ${info.version}`);
    if (isOther && info === this.#info && this.#lookAgain.waitMs(now) === 0) {
      this.#lookAgain.failed(now);
      this.#forget();
      this.#show('loading', `${this.#place.name} has another model now.`);
      this.#connect().catch(() => undefined);
      return;
    }
    const isForgotten = project !== undefined && project === this.#texts.id && used !== undefined && used !== project;
    if (!isForgotten || this.#feedAgain.waitMs(now) > 0) return;
    this.#feedAgain.failed(now);
    this.#texts.forget();
    // Whoever feeds the texts begins anew with a model that is loaded anew.
    this.#info = undefined;
    this.#show('loading', `${this.#place.name} has forgotten the project.`);
    this.#info = info;
    this.#show('ready', readyDetail(info, this.#place));
  }

  async #sendChange(change: ProjectChange): Promise<string> {
    for (let tries = 1; ; tries++) {
      try {
        return (await this.#connection.ask('project', (forms) => forms.changeAnswer, this.#closing.signal, change))
          .project;
      } catch (thrown) {
        if (thrown instanceof BusyServer && tries < BUSY_TRIES && thrown.afterMs <= LONGEST_BUSY_MS) {
          await sleep(thrown.afterMs, undefined, { signal: this.#closing.signal });
          continue;
        }
        // What the server holds is not known any more: it is asked anew, and the texts begin anew.
        if (!this.#closing.signal.aborted) {
          this.#lost(thrown instanceof BusyServer ? tooBusy(thrown) : toInfillError(thrown));
        }
        throw thrown;
      }
    }
  }

  #forget(): void {
    this.#info = undefined;
    this.#texts.forget();
    this.#retries.succeeded();
    clearTimeout(this.#retry);
  }

  /** The server cannot be asked. From now on it is looked after in the background. */
  #lost(error: InfillError): void {
    this.#info = undefined;
    this.#texts.forget();
    const now = performance.now();
    this.#retries.failed(now);
    clearTimeout(this.#retry);
    const again = (): void => void this.#connect().catch(() => undefined);
    this.#retry = setTimeout(again, this.#retries.waitMs(now)).unref();
    this.#show('failed', error.describe(), error);
  }

  #show(kind: WorkerState['kind'], detail: string, error?: InfillError): void {
    if (this.#closing.signal.aborted) return;
    const isNews = error !== undefined && error.message !== this.#state.error?.message;
    const info = this.#info === undefined ? {} : { info: this.#info };
    this.#state = { kind, detail, place: this.#place, ...info, ...(error === undefined ? {} : { error }) };
    this.options.log(isNews ? 'warn' : 'debug', `Server ${this.#place.name} ${kind}: ${detail}`);
    this.options.onState(this.#state);
  }
}

/** Whether somebody still waits for it. */
function isWanted(job: Job): boolean {
  return !job.isSettled;
}

function readyDetail({ name, version, device }: ModelInfo, place: ServicePlace): string {
  return `${name} ${version} on ${device}, computed on ${place.name}.`;
}

function tooBusy({ message, afterMs }: BusyServer): InfillError {
  return new InfillError('refused', message, `It can be asked again in ${String(Math.ceil(afterMs / 1000))} s.`);
}
