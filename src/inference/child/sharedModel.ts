import type { ProjectIndex } from '../../engine/project/projectIndex.js';
import { sameRuntime } from '../../process/sameRuntime.js';
import { InfillError } from '../../shared/infillError.js';
import type { RuntimeOptions } from '../../shared/infillOptions.js';
import type { RunningEngine } from './workerServer.js';

/** An engine whose requests may draw on one project or another. */
export interface LoadedModel {
  forProject(project: ProjectIndex): RunningEngine;
}

/** The one model of a process, for each of its windows with that window's own project. */
export class SharedModel {
  #runtime: RuntimeOptions | undefined;
  #loading: Promise<LoadedModel> | undefined;

  constructor(private readonly load: (runtime: RuntimeOptions) => Promise<LoadedModel>) {}

  /** Whether a window has begun to load it, or has done so. */
  get isLoading(): boolean {
    return this.#loading !== undefined;
  }

  /**
   * Loads the model where that is still to be done.
   *
   * @throws InfillError why it cannot be loaded, or that this process holds another one
   */
  async of(runtime: RuntimeOptions, project: ProjectIndex): Promise<RunningEngine> {
    this.#runtime ??= runtime;
    if (!sameRuntime(this.#runtime, runtime)) {
      throw new InfillError('internal', 'This process holds another model.', '');
    }
    this.#loading ??= this.load(runtime);
    try {
      const engine = (await this.#loading).forProject(project);
      return {
        info: engine.info,
        infill: (request, run) => engine.infill(request, run),
        denoise: (request, run) => engine.denoise(request, run),
        canvas: (request, run) => engine.canvas(request, run),
        holes: (request, run) => engine.holes(request, run),
        dispose: () => Promise.resolve(), // others use it; it ends with the process
      };
    } catch (error) {
      this.#loading = undefined; // what was wrong may be mended by the next time
      throw error;
    }
  }
}
