import type { Projection } from '../../diffusion/projection.js';
import type { Sampler } from '../../diffusion/sampler.js';
import type { Prediction } from '../../contract/model.js';
import type { Canvas } from '../canvas/canvas.js';

/** The model as the loop sees it. */
export interface Denoiser {
  /** The distributions of the positions that the sampler reads, ascending; none for a lane that is complete. */
  predict(lanes: readonly Canvas[]): Promise<readonly (readonly Prediction[])[]>;
  /** Whether position 0 of a canvas has to be committed before the others. */
  leftFirst(step: number): boolean;
  /**
   * Whether `decodeAhead` commits all tokens that are still masked after the last step. Where it does, no step has to commit more than it
   * is sure of. Absent = it does not.
   */
  decodesRest?(lanes: readonly Canvas[]): boolean;
  /** Moves the tokens that are committed at the left end of each canvas into the context, where the model keeps them there. */
  appendLeading(lanes: readonly Canvas[]): Promise<void>;
  /**
   * Also moves those tokens into the context, and then predicts the positions that follow them, which it knows better than the last
   * `predict` did. It calls `commit` with each prediction. After each pass it asks `goesOn`; when the run is to stop, the other
   * positions stay masked. Absent = the model cannot predict from the context alone.
   */
  decodeAhead?(
    lanes: readonly Canvas[],
    commit: (row: Prediction, lane: Canvas) => void,
    goesOn: () => Promise<boolean>,
  ): Promise<void>;
}

export interface DenoiseLoop {
  readonly denoiser: Denoiser;
  readonly sampler: Sampler;
  readonly project: Projection;
  /** The number of steps that was asked for; the sampler makes its noise times of it. */
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
    const leftFirst = denoiser.leftFirst(step);
    const restIsDecoded = denoiser.decodesRest?.(lanes) ?? false;
    for (const [i, lane] of lanes.entries()) {
      if (!lane.isRunning) continue;
      lane.write(sampler.commit(predictions[i]!, lane.state(leftFirst, restIsDecoded)), step);
      project(lane);
    }
    const commit = (row: Prediction, lane: Canvas): void => {
      lane.write(sampler.commit([row], lane.state(true, restIsDecoded)), step);
      project(lane);
    };
    await denoiser.decodeAhead?.(lanes, commit, loop.goesOn ?? (() => Promise.resolve(true)));
    goOn = await loop.afterStep(step);
    await denoiser.appendLeading(lanes);
  }
  return step;
}
