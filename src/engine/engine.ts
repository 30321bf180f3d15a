import type { RuntimeOptions } from '../shared/infillOptions.js';
import type { CanvasRequest, DenoiseRequest, HolesRequest, InfillRequest } from '../shared/infillRequest.js';
import type { CanvasOutcome, DenoiseOutcome, InfillOutcome } from '../shared/outcome.js';
import type { ModelInfo, ModelSteps } from '../shared/protocol.js';
import { denoiseCanvas } from './infill/denoiseCanvas.js';
import { denoiseSelection } from './infill/denoiseSelection.js';
import { PassCosts } from './infill/run/passCosts.js';
import type { Pipeline } from './infill/run/pipeline.js';
import { fillHoles } from './infill/fillHoles.js';
import { infill } from './infill/infill.js';
import type { RunControl } from './infill/run/runRecord.js';

export type { RunControl } from './infill/run/runRecord.js';
import { loadModel } from './network/loadModel.js';
import type { InfillModel } from './contract/model.js';
import type { RecommendedOptions } from './contract/recommended.js';
import type { ProjectTexts } from './project/foundMiddle.js';
import { loadTokenizer } from './tokenizer/loadTokenizer.js';
import type { Tokenizer } from './tokenizer/tokenizerContract.js';

/**
 * A loaded model and its tokenizer: the infilling library's entry. Requests are stateless and computed one after the
 * other, because a model has one open context.
 */
export class Engine {
  private constructor(
    readonly info: ModelInfo,
    private readonly pipeline: Pipeline,
    /** Of all engines with this model. */
    private readonly turn: { last: Promise<unknown> } = { last: Promise.resolve() },
  ) {}

  /**
   * @param project whose texts suggestions may be drawn from
   * @param kept as in `LoadOptions`
   * @throws InfillError when the model cannot be loaded or the device does not start.
   */
  static async load(
    { modelPath, device, threads }: RuntimeOptions,
    project?: ProjectTexts,
    kept?: number,
  ): Promise<Engine> {
    const started = performance.now();
    const loaded = await loadModel(modelPath, { device, threads, ...(kept === undefined ? {} : { kept }) });
    const { name, version, license, vocabularySize } = loaded.model.manifest;
    const tokenizer = await loadTokenizer(loaded.tokenizerPath, vocabularySize);
    const info = {
      name,
      version,
      license,
      device: loaded.device,
      deviceNote: loaded.deviceNote,
      threads: loaded.threads,
      loadMs: performance.now() - started,
    };
    return Engine.of(loaded.model, tokenizer, info, project);
  }

  /**
   * Of any model that can be asked what the loop asks, wherever it computes.
   *
   * @param tokenizer of the model's vocabulary
   * @param info says what the model is to a person; what it says of steps stands in its manifest
   * @param project whose texts suggestions may be drawn from
   */
  static of(model: InfillModel, tokenizer: Tokenizer, info: Omit<ModelInfo, 'steps'>, project?: ProjectTexts): Engine {
    const { recommended } = model.manifest;
    return new Engine(
      { ...info, steps: stepsOf(recommended) },
      { model, tokenizer, recommended, costs: new PassCosts(), ...(project === undefined ? {} : { project }) },
    );
  }

  /** The same model, whose suggestions are drawn from the texts of another project. It takes turns with this one, and is disposed with it. */
  forProject(project: ProjectTexts): Engine {
    return new Engine(this.info, { ...this.pipeline, project }, this.turn);
  }

  /** Options that the model's makers found best. */
  get recommended(): RecommendedOptions {
    return this.pipeline.recommended;
  }

  /** Most tokens of prefix, suffix and canvas that the model takes. */
  get limits(): InfillModel['manifest']['limits'] {
    return this.pipeline.model.manifest.limits;
  }

  /** @throws InfillError `invalid-request` for options out of range. */
  infill(request: InfillRequest, run: RunControl = {}): Promise<InfillOutcome> {
    return this.inTurn(() => infill(request, this.pipeline, run));
  }

  /** @throws InfillError `invalid-request` for options out of range. */
  denoise(request: DenoiseRequest, run: RunControl = {}): Promise<DenoiseOutcome> {
    return this.inTurn(() => denoiseSelection(request, this.pipeline, run));
  }

  /** @throws InfillError `invalid-request` for options out of range, and for a canvas that does not fit the place or the model. */
  canvas(request: CanvasRequest, run: RunControl = {}): Promise<CanvasOutcome> {
    return this.inTurn(() => denoiseCanvas(request, this.pipeline, run));
  }

  /**
   * Fills several holes of one document together, in turns. Answers one outcome for each, in their order.
   * @throws InfillError `invalid-request` for options and numbers of holes out of range.
   */
  holes(request: HolesRequest, run: RunControl = {}): Promise<readonly InfillOutcome[]> {
    return this.inTurn(() => fillHoles(request, this.pipeline, run));
  }

  /** Releases the model's memory once the last request is done. */
  dispose(): Promise<void> {
    return this.inTurn(() => this.pipeline.model.dispose());
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.last.then(work, work);
    this.turn.last = result;
    return result;
  }
}

function stepsOf({ steps, mostSteps, curve }: RecommendedOptions): ModelSteps {
  return {
    recommended: steps,
    ...(mostSteps === undefined ? {} : { most: mostSteps }),
    ...(curve === undefined ? {} : { curve }),
  };
}
