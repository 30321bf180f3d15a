import type { RuntimeOptions } from '../../shared/infillOptions.js';
import type { CanvasRequest, DenoiseRequest, HolesRequest, InfillRequest } from '../../shared/infillRequest.js';
import type { CanvasOutcome, DenoiseOutcome, InfillOutcome } from '../../shared/outcome.js';
import type { ModelInfo, ProjectChange } from '../../shared/protocol.js';
import type { WorkerState } from './clientState.js';
import type { JobOptions } from './job.js';

/** What the inference process costs. */
export interface ProcessMemory {
  /** Resident. */
  readonly bytes: number;
  /** How many windows use it; undefined = it is this window's alone. */
  readonly windows: number | undefined;
}

/** Who fills in for the editor. `InferenceClient` does it in a process of its own; the editor's side knows this interface only. */
export interface InfillService {
  readonly state: WorkerState;
  /** Process id of the inference process while there is one, for diagnostics. */
  readonly pid: number | undefined;
  /** Model, device and threads from now on. A model loaded with others is replaced as soon as the running request is done. */
  configure(runtime: RuntimeOptions): void;
  /** Whether the process may be shared with this person's other windows from now on. A model that is loaded otherwise is loaded anew. */
  setSharing(isSharing: boolean): void;
  /** Changes after how long without a request the model's memory is given back; 0 = never. */
  setIdleMs(idleMs: number): void;
  /** Loads the model, unless that is done. Tries at once even if a load has just failed. */
  load(): Promise<ModelInfo>;
  /**
   * Fills the hole of a request. A newer infill request takes the place of this one. One that is asked ahead only runs while nothing else
   * does, loads no model, and ends as `superseded` or `not-ready` otherwise.
   */
  infill(request: InfillRequest, options?: JobOptions): Promise<InfillOutcome>;
  /** Denoises a selection. Runs after what was asked for before, and is not replaced by newer requests. */
  denoise(request: DenoiseRequest, options?: JobOptions): Promise<DenoiseOutcome>;
  /**
   * Denoises a canvas that is given, or tells what could stand at one of its positions. Runs after what was asked for before, and is not
   * replaced by newer requests. One that is withdrawn comes back without a canvas.
   */
  canvas(request: CanvasRequest, options?: JobOptions): Promise<CanvasOutcome>;
  /**
   * Fills several holes of one document together, and answers one outcome for each, in their order. Runs after what was asked for before, and
   * is not replaced by newer requests. In one that is withdrawn every hole is.
   */
  holes(request: HolesRequest, options?: JobOptions): Promise<readonly InfillOutcome[]>;
  /**
   * Feeds the index of the project's texts, which is in the process and empty in each new one. Never starts a process, and keeps none
   * from ending.
   *
   * @returns whether there was a process with a model to feed, once it was fed
   */
  feedProject(change: ProjectChange): Promise<boolean>;
  /** Undefined where no model is loaded. Never loads one. */
  memory(): Promise<ProcessMemory | undefined>;
  /** Forgets earlier failures and loads anew. What was pending ends as cancelled. */
  restart(): Promise<void>;
}
