import type { Projection } from '../diffusion/projection.js';
import type { Sampler } from '../diffusion/sampler.js';
import type { RowPrediction } from '../model/modelContract.js';
import type { Lane } from './lane.js';

/** The model as the loop sees it. */
export interface Denoiser {
  /** The distributions of every lane's masked positions, ascending; none for a lane that is complete. */
  predict(lanes: readonly Lane[]): Promise<readonly (readonly RowPrediction[])[]>;
  /** Whether position 0 of a canvas is to be committed before the others. */
  firstPositionFirst(step: number): boolean;
  /** May move committed tokens at the left end of each canvas into the context. */
  settle(lanes: readonly Lane[]): Promise<void>;
}

export interface DenoiseLoop {
  readonly denoiser: Denoiser;
  readonly sampler: Sampler;
  readonly project: Projection;
  /** Nothing is masked after this many steps. */
  readonly steps: number;
  /** Told after every step; resolves to false to end the loop early. */
  readonly afterStep: (step: number) => Promise<boolean>;
}

/** Denoises all lanes together until nothing is masked. Answers the number of steps taken. */
export async function denoise(lanes: readonly Lane[], loop: DenoiseLoop): Promise<number> {
  const { denoiser, sampler, project, steps } = loop;
  let step = 0;
  for (let goOn = true; goOn && step < steps && lanes.some((lane) => lane.isOpen); step++) {
    const predictions = await denoiser.predict(lanes);
    const firstPositionFirst = denoiser.firstPositionFirst(step);
    for (const [i, lane] of lanes.entries()) {
      const { endAllowedFrom, settings } = lane;
      lane.write(
        sampler.commit(predictions[i]!, { step, steps, firstPositionFirst, endAllowedFrom, ...settings }),
        step,
      );
      project(lane);
    }
    goOn = await loop.afterStep(step);
    await denoiser.settle(lanes);
  }
  return step;
}
