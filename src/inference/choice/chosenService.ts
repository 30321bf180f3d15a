import type { RuntimeOptions } from '../../shared/infillOptions.js';
import type { CanvasRequest, DenoiseRequest, HolesRequest, InfillRequest } from '../../shared/infillRequest.js';
import type { CanvasOutcome, DenoiseOutcome, InfillOutcome, StepTrace } from '../../shared/outcome.js';
import type { ProjectStats } from '../../shared/projectDocument.js';
import type { ModelInfo, ProjectChange } from '../../shared/protocol.js';
import type { WorkerState } from '../host/clientState.js';
import type { InfillService, ProcessMemory } from '../host/infillService.js';
import type { JobOptions } from '../host/job.js';
import type { Answering, ElsewhereService, ElsewhereSource } from './elsewhere.js';

export interface ChosenServiceOptions {
  /** Of this machine. Its owner hands its states to `localChanged` and ends it. */
  readonly local: InfillService;
  readonly onState: (state: WorkerState) => void;
  /** Told what the other place holds of the project's texts, while it answers. */
  readonly onProject?: (stats: ProjectStats) => void;
  /** Somebody else answers from now on: what was answered before holds no more. */
  readonly onChange: () => void;
}

/** A model that nobody asks, because another place answers, is kept for so long at most. */
const UNASKED_MS = 60_000;

/**
 * Fills in on this machine or at another place. A whole request is answered by one of the two: where the other place fails before it has
 * told anything of an answer, this machine may be asked the whole request instead.
 */
export class ChosenService implements InfillService {
  #elsewhere: ElsewhereService | undefined;
  #source: ElsewhereSource | undefined;
  #current: Answering;
  #idleMs: number | undefined;
  #uses = 0;
  /** Of the other place, as far as it has told; undefined before. */
  #model: string | undefined;
  /** Of the infill request that came last. */
  #newest = 0;
  /** What is told between two that answer. */
  #between: WorkerState | undefined;

  constructor(private readonly options: ChosenServiceOptions) {
    this.#current = options.local;
  }

  get state(): WorkerState {
    return this.#between ?? this.#told(this.#current.state);
  }

  get pid(): number | undefined {
    return this.options.local.pid;
  }

  /** Asks another place from now on, or none. What the last one has not answered ends as cancelled. */
  use(source: ElsewhereSource | undefined): void {
    const before = this.#elsewhere;
    const use = ++this.#uses;
    this.#source = source;
    this.#elsewhere = undefined;
    this.#model = undefined;
    if (source !== undefined) {
      // One of before has nothing to tell any more, and one that is not made yet is asked for its state below.
      const onState = (state: WorkerState): void => {
        if (use === this.#uses && this.#elsewhere !== undefined) this.#elsewhereChanged(this.#elsewhere, state);
      };
      this.#elsewhere = source.create(onState, (stats) => {
        if (use === this.#uses && this.#current === this.#elsewhere) this.options.onProject?.(stats);
      });
    }
    if (before !== undefined || source !== undefined) {
      this.#goTo(this.#wanted());
    }
    void before?.dispose();
  }

  /** To be called with each state of the local service. */
  localChanged(state: WorkerState): void {
    if (this.#current === this.options.local) {
      this.options.onState(this.#told(state));
    }
  }

  configure(runtime: RuntimeOptions): void {
    this.options.local.configure(runtime);
  }

  setSharing(isSharing: boolean): void {
    this.options.local.setSharing(isSharing);
  }

  setIdleMs(idleMs: number): void {
    this.#idleMs = idleMs;
    this.#limitIdleness();
  }

  load(): Promise<ModelInfo> {
    return this.#ask((service) => service.load());
  }

  infill(request: InfillRequest, options: JobOptions = {}): Promise<InfillOutcome> {
    const number = options.isAhead?.() === true ? undefined : ++this.#newest;
    return this.#ask((service, how) => service.infill(request, how), options, number);
  }

  denoise(request: DenoiseRequest, options?: JobOptions): Promise<DenoiseOutcome> {
    return this.#ask((service, how) => service.denoise(request, how), options);
  }

  canvas(request: CanvasRequest, options?: JobOptions): Promise<CanvasOutcome> {
    return this.#ask((service, how) => service.canvas(request, how), options);
  }

  holes(request: HolesRequest, options?: JobOptions): Promise<readonly InfillOutcome[]> {
    return this.#ask((service, how) => service.holes(request, how), options);
  }

  feedProject(change: ProjectChange): Promise<boolean> {
    return this.#current.feedProject(change);
  }

  memory(): Promise<ProcessMemory | undefined> {
    const { local } = this.options;
    return this.#current === local ? local.memory() : Promise.resolve(undefined);
  }

  /** Of whoever should answer, so that a place that failed is tried at once. */
  async restart(): Promise<void> {
    await (this.#elsewhere ?? this.options.local).restart();
  }

  /** The other place's; the local service's owner ends that. */
  async dispose(): Promise<void> {
    const before = this.#elsewhere;
    this.#elsewhere = undefined;
    this.#source = undefined;
    await before?.dispose();
  }

  /**
   * Asks whoever answers now, and this machine where the other place turns out not to.
   *
   * @param number of an infill request that somebody waits for
   */
  async #ask<T>(
    ask: (service: Answering, options: JobOptions) => Promise<T>,
    options: JobOptions = {},
    number?: number,
  ): Promise<T> {
    const { local } = this.options;
    const first = this.#current;
    if (first === local) return ask(local, options);
    const { onStep } = options;
    const told = { any: false };
    const heard = (trace: StepTrace): void => {
      told.any = true;
      onStep?.(trace);
    };
    try {
      return await ask(first, onStep === undefined ? options : { ...options, onStep: heard });
    } catch (error) {
      const isWanted = !told.any && options.signal?.aborted !== true && options.isAhead?.() !== true;
      const isNewest = number === undefined || number === this.#newest; // an older one would take a newer one's place
      if (this.#current !== local || !isWanted || !isNewest) throw error;
      return ask(local, options);
    }
  }

  #wanted(): Answering {
    const place = this.#elsewhere;
    if (place === undefined) return this.options.local;
    return place.state.kind === 'failed' && this.#source?.fallsBack() === true ? this.options.local : place;
  }

  #elsewhereChanged(service: ElsewhereService, state: WorkerState): void {
    const wanted = this.#wanted();
    const isOther = this.#hasOtherModel(state);
    if (isOther && this.#current === service) this.options.onChange();
    if (wanted !== this.#current) {
      this.#goTo(wanted);
    } else if (wanted === service) {
      this.options.onState(state);
    } else {
      this.options.onState(this.state); // why it fails can have changed
    }
  }

  /** Whether the place has another model than before: it decides that by itself. */
  #hasOtherModel({ info }: WorkerState): boolean {
    if (info === undefined) return false;
    const before = this.#model;
    this.#model = `${info.name} ${info.version}`;
    return before !== undefined && before !== this.#model;
  }

  /** Whoever watches sees that one has ended before the other begins: what was fed to one is not with the other. */
  #goTo(next: Answering): void {
    const { state } = next;
    this.#current = next;
    this.#limitIdleness();
    // Whoever looks what the state is when told of one has to see the same.
    this.#between = { kind: 'stopped', detail: 'Another place answers from now on.', ...placeOf(state) };
    this.options.onState(this.#between);
    this.#between = undefined;
    this.options.onChange();
    this.options.onState(this.#told(state));
  }

  /** With why this machine answers where another place should. */
  #told(state: WorkerState): WorkerState {
    const instead = this.#elsewhere?.state;
    if (this.#current !== this.options.local || instead?.place === undefined) return state;
    const { place, error } = instead;
    return { ...state, insteadOf: { ...place, ...(error === undefined ? {} : { error }) } };
  }

  #limitIdleness(): void {
    if (this.#idleMs === undefined) return;
    const isAsked = this.#current === this.options.local;
    this.options.local.setIdleMs(isAsked ? this.#idleMs : Math.min(this.#idleMs || Infinity, UNASKED_MS));
  }
}

function placeOf({ place }: WorkerState): Pick<WorkerState, 'place'> {
  return place === undefined ? {} : { place };
}
