import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine } from '../../engine/engine.js';
import { InfillError } from '../../shared/infillError.js';
import type { RuntimeOptions } from '../../shared/infillOptions.js';
import type { StepTrace } from '../../shared/outcome.js';
import type { HostMessage, WorkerMessage } from '../../shared/protocol.js';
import { sameRuntime } from '../../process/sameRuntime.js';
import { serialiseError } from '../../shared/serialisedError.js';
import type { SignsOfLife } from './signsOfLife.js';
import { ProjectWork, type ProjectWorkParts } from './projectWork.js';

type Work = Exclude<HostMessage, { type: 'cancel' | 'ping' | 'project' }>;
/** Loads the engine; the real one is Engine.load. */
export type EngineLoader = (runtime: RuntimeOptions) => Promise<RunningEngine>;
export type RunningEngine = Pick<Engine, 'info' | 'infill' | 'denoise' | 'canvas' | 'dispose'>;

export interface WorkerServerParts {
  readonly send: (message: WorkerMessage) => void;
  readonly load: EngineLoader;
  readonly index: ProjectWorkParts['index'];
  /** Given while there is work. */
  readonly signs: Pick<SignsOfLife, 'during'>;
}

/**
 * The child's side of the protocol. Work is done strictly one after the other in the order of arrival; cancel and ping are
 * answered at once, whenever the event loop turns, which the engine lets it do between denoising steps. The index of the project's
 * texts outlives the models that use it, and is worked on only while there is nothing else to do.
 */
export class WorkerServer {
  readonly #cancellations = new Map<number, AbortController>();
  #loaded: Loaded | undefined;
  #work: Promise<void> = Promise.resolve();
  readonly #project: ProjectWork;

  constructor(private readonly parts: WorkerServerParts) {
    this.#project = new ProjectWork({
      index: parts.index,
      isBusy: () => this.#cancellations.size > 0,
      tell: (stats) => parts.send({ type: 'projectStats', stats }),
    });
  }

  receive(message: HostMessage): void {
    switch (message.type) {
      case 'ping':
        this.parts.send({ type: 'pong', id: message.id, rssBytes: process.memoryUsage.rss() });
        break;
      case 'cancel':
        this.#cancellations.get(message.id)?.abort();
        break;
      case 'project':
        this.#project.change(message.change);
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
      this.#project.resume();
    }
  }

  async #answer(work: Work, signal: AbortSignal | undefined): Promise<WorkerMessage> {
    const { id } = work;
    switch (work.type) {
      case 'load':
        return { type: 'loaded', id, info: (await this.#load(work.runtime)).info };
      case 'infill':
        return { type: 'infilled', id, outcome: await this.#engine().infill(work.request, this.#run(work, signal)) };
      case 'denoise':
        return { type: 'denoised', id, outcome: await this.#engine().denoise(work.request, this.#run(work, signal)) };
      case 'canvas':
        return { type: 'canvasDone', id, outcome: await this.#engine().canvas(work.request, this.#run(work, signal)) };
    }
  }

  #run(
    work: { readonly id: number; readonly steps: boolean; readonly drafts?: true },
    signal: AbortSignal | undefined,
  ): RunOptions {
    const onStep = (trace: StepTrace): void => this.parts.send({ type: 'step', id: work.id, trace });
    return {
      ...(signal === undefined ? {} : { signal }),
      ...(work.steps ? { onStep } : {}),
      ...(work.drafts === undefined ? {} : { drafts: work.drafts }),
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
  readonly onStep?: (trace: StepTrace) => void;
  readonly drafts?: true;
}
