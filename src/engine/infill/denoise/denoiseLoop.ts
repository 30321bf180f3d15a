import type { Projection } from '../../diffusion/projection.js';
import type { Sampler } from '../../diffusion/sampler.js';
import type { Prediction } from '../../contract/model.js';
import type { Canvas } from '../canvas/canvas.js';

/** The model as the loop sees it. */
export interface Denoiser {
  /** The distributions of the positions that the sampler reads, ascending; none for a lane that is complete. */
  predict(lanes: readonly Canvas[]): Promise<readonly (readonly Prediction[])[]>;
  /** Whether position 0 of a canvas is to be committed before the others. */
  firstPositionFirst(step: number): boolean;
  /** Whether `draft` settles all that is left after the last step, so that no step has to settle more than it is sure of. */
  finishes?(lanes: readonly Canvas[]): boolean;
  /** May move committed tokens at the left end of each canvas into the context. */
  settle(lanes: readonly Canvas[]): Promise<void>;
  /**
   * May do so sooner and say more of what comes next than the last prediction did; `commit` carries each answer out. Asks
   * `goesOn` after each pass: if not, what is not yet settled stays masked.
   */
  draft?(
    lanes: readonly Canvas[],
    commit: (row: Prediction, lane: Canvas) => void,
    goesOn: () => Promise<boolean>,
  ): Promise<void>;
}

export interface DenoiseLoop {
  readonly denoiser: Denoiser;
  readonly sampler: Sampler;
  readonly project: Projection;
  /** As asked for: the sampler makes its times of them. */
  readonly steps: number;
  /** The ids that the first canvas's position 0 may take. */
  readonly allowedFirst?: readonly number[] | undefined;
  /** Whether the run has not been cancelled; absent = it never is. */
  readonly goesOn?: () => Promise<boolean>;
  /** Told after every step; resolves to false to end the loop early. */
  readonly afterStep: (step: number) => Promise<boolean>;
}

/** Denoises all lanes together until none has something left to do. Answers the number of steps taken. */
export async function denoise(lanes: readonly Canvas[], loop: DenoiseLoop): Promise<number> {
  const { denoiser, sampler, project } = loop;
  for (const lane of lanes) lane.begin(sampler, loop.steps, loop.allowedFirst);
  let step = 0;
  for (let goOn = true; goOn && lanes.some((lane) => lane.isRunning); step++) {
    const predictions = await denoiser.predict(lanes);
    const firstPositionFirst = denoiser.firstPositionFirst(step);
    const isFinished = denoiser.finishes?.(lanes) ?? false;
    for (const [i, lane] of lanes.entries()) {
      if (!lane.isRunning) continue;
      lane.write(sampler.commit(predictions[i]!, lane.state(firstPositionFirst, isFinished)), step);
      project(lane);
    }
    const commit = (row: Prediction, lane: Canvas): void => {
      lane.write(sampler.commit([row], lane.state(true, isFinished)), step);
      project(lane);
    };
    await denoiser.draft?.(lanes, commit, loop.goesOn ?? (() => Promise.resolve(true)));
    goOn = await loop.afterStep(step);
    await denoiser.settle(lanes);
  }
  return step;
}
