import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../../engine/engine.js';
import { InfillError } from '../../shared/infillError.js';
import type { RuntimeOptions } from '../../shared/infillOptions.js';
import type { CanvasOutcome, DenoiseOutcome, InfillOutcome, StepTrace } from '../../shared/outcome.js';
import type { HostMessage, WorkerMessage } from '../../shared/protocol.js';
import { sameRuntime } from '../../process/sameRuntime.js';
import { serialiseError } from '../../shared/serialisedError.js';
import type { SignsOfLife } from './signsOfLife.js';
import { ProjectWork, type ProjectWorkParts } from '../../engine/project/projectWork.js';
import { Turns } from './turns.js';

type Work = Exclude<HostMessage, { type: 'watch' | 'cancel' | 'ping' | 'project' | 'end' }>;
/** Loads the engine; the real one is Engine.load. */
export type EngineLoader = (runtime: RuntimeOptions) => Promise<RunningEngine>;
export type RunningEngine = Pick<Engine, 'info' | 'infill' | 'denoise' | 'canvas' | 'holes' | 'dispose'>;

export interface WorkerServerParts {
  readonly send: (message: WorkerMessage) => void;
  readonly load: EngineLoader;
  readonly index: ProjectWorkParts['index'];
  /** Given while there is work. */
  readonly signs: Pick<SignsOfLife, 'during'>;
  /** Where several servers use one model. */
  readonly shared?: SharedParts;
}

export interface SharedParts {
  readonly turns: Turns;
  /** Told of each request that begins to compute, and of the one that loads the model. */
  readonly onBegun: (id: number) => void;
  /** Whether another one loads the model, or has loaded it. */
  readonly isLoading: () => boolean;
  /** How many there are. */
  readonly windows: () => number;
}

/**
 * The child's side of the protocol. Work is done strictly one after the other in the order of arrival; cancel and ping are
 * answered at once, whenever the event loop turns, which the engine lets it do between denoising steps. The index of the project's
 * texts outlives the models that use it, and is worked on only while there is nothing else to do.
 */
export class WorkerServer {
  readonly #cancellations = new Map<number, AbortController>();
  /** Requests whose steps and drafts are wanted since they came. */
  readonly #watched = new Set<number>();
  #loaded: Loaded | undefined;
  #work: Promise<void> = Promise.resolve();
  readonly #project: ProjectWork;
  readonly #turns: Turns;
  readonly #stopListening: () => void;

  constructor(private readonly parts: WorkerServerParts) {
    this.#turns = parts.shared?.turns ?? new Turns();
    this.#project = new ProjectWork({
      index: parts.index,
      isBusy: () => this.#cancellations.size > 0 || this.#turns.isBusy,
      tell: (stats) => parts.send({ type: 'projectStats', stats }),
    });
    this.#stopListening = this.#turns.onIdle(() => this.#project.resume());
  }

  /** Nobody is there any more to be answered: what was asked is cancelled, and nothing is kept of the project. */
  close(): void {
    this.#stopListening();
    for (const cancellation of this.#cancellations.values()) cancellation.abort();
    this.#project.change({ clear: true });
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case 'ping':
        this.parts.send({ type: 'pong', id: message.id, rssBytes: process.memoryUsage.rss(), ...this.#windows });
        break;
      case 'watch':
        if (this.#cancellations.has(message.id)) this.#watched.add(message.id);
        break;
      case 'cancel':
        this.#cancellations.get(message.id)?.abort();
        break;
      case 'project':
        this.#project.change(message.change);
        break;
      case 'end': // for a relay
        break;
      default:
        this.#cancellations.set(message.id, new AbortController());
        this.#work = this.#work.then(() => this.parts.signs.during(() => this.#perform(message)));
    }
  }

  async #perform(work: Work): Promise<void> {
    // A cancel that came right behind its request is seen before the request starts.
    await nextTurn();
    try {
      this.parts.send(await this.#answer(work, this.#cancellations.get(work.id)?.signal));
    } catch (error) {
      this.parts.send({ type: 'failure', id: work.id, error: serialiseError(error) });
    } finally {
      this.#cancellations.delete(work.id);
      this.#watched.delete(work.id);
      this.#project.resume();
    }
  }

  async #answer(work: Work, signal: AbortSignal | undefined): Promise<WorkerMessage> {
    const { id } = work;
    switch (work.type) {
      case 'load':
        if (this.parts.shared?.isLoading() === false) this.parts.shared.onBegun(id);
        return { type: 'loaded', id, info: (await this.#load(work.runtime)).info };
      case 'infill': {
        const infill = (): Promise<InfillOutcome> => this.#engine().infill(work.request, this.#run(work, signal));
        return { type: 'infilled', id, outcome: await this.#inTurn(id, infill, signal) };
      }
      case 'denoise': {
        const denoise = (): Promise<DenoiseOutcome> => this.#engine().denoise(work.request, this.#run(work, signal));
        return { type: 'denoised', id, outcome: await this.#inTurn(id, denoise, signal) };
      }
      case 'canvas': {
        const canvas = (): Promise<CanvasOutcome> => this.#engine().canvas(work.request, this.#run(work, signal));
        return { type: 'canvasDone', id, outcome: await this.#inTurn(id, canvas, signal) };
      }
      case 'holes': {
        const holes = (): Promise<readonly InfillOutcome[]> =>
          this.#engine().holes(work.request, this.#run(work, signal));
        return { type: 'holesFilled', id, outcomes: await this.#inTurn(id, holes, signal) };
      }
    }
  }

  #inTurn<T>(id: number, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#turns.take(() => {
      this.parts.shared?.onBegun(id);
      return work();
    }, signal);
  }

  get #windows(): { readonly windows?: number } {
    return this.parts.shared === undefined ? {} : { windows: this.parts.shared.windows() };
  }

  #run(
    work: { readonly id: number; readonly steps: boolean; readonly drafts?: true },
    signal: AbortSignal | undefined,
  ): RunOptions {
    const onStep = (trace: StepTrace): void => this.parts.send({ type: 'step', id: work.id, trace });
    const isWatched = (): boolean => this.#watched.has(work.id);
    return {
      ...(signal === undefined ? {} : { signal }),
      // Asked at each step.
      get onStep() {
        return work.steps || isWatched() ? onStep : undefined;
      },
      get drafts() {
        return work.drafts === true || isWatched();
      },
    };
  }

  #engine(): RunningEngine {
    if (this.#loaded === undefined) {
      throw new InfillError('internal', 'A request came before a model was loaded.', 'Load a model first.');
    }
    return this.#loaded.engine;
  }

  async #load(runtime: RuntimeOptions): Promise<RunningEngine> {
    if (this.#loaded === undefined || !sameRuntime(this.#loaded.runtime, runtime)) {
      await this.#unload(); // first, so that two models are never in memory at once
      this.#loaded = { runtime, engine: await this.parts.load(runtime) };
    }
    return this.#loaded.engine;
  }

  async #unload(): Promise<void> {
    const engine = this.#loaded?.engine;
    this.#loaded = undefined;
    await engine?.dispose();
  }
}

interface Loaded {
  readonly runtime: RuntimeOptions;
  readonly engine: RunningEngine;
}

interface RunOptions {
  readonly signal?: AbortSignal;
  readonly onStep: ((trace: StepTrace) => void) | undefined;
  readonly drafts: boolean;
}
