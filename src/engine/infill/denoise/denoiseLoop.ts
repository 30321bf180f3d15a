import type { Projection } from '../../diffusion/projection.js';
import type { Sampler, SamplerState } from '../../diffusion/sampler.js';
import type { Canvas, CanvasCommit } from '../canvas/canvas.js';
import type { RuledPrediction } from '../canvas/rule.js';

/** The model as the loop sees it. */
export interface Denoiser {
  /** The distributions of the positions that the sampler needs, ascending; none for a canvas that is complete. */
  predict(canvas: Canvas): Promise<readonly RuledPrediction[]>;
  /** Whether position 0 of a canvas has to be committed before the others. */
  leftFirst(step: number): boolean;
  /**
   * Whether `decodeAhead` commits all tokens that are still masked after the last step. Where it does, no step has to commit more than it
   * is sure of. Absent = it does not.
   */
  decodesRest?(canvas: Canvas): boolean;
  /** Moves the tokens that are committed at the left end of the canvas into the context, where the model keeps them there. */
  appendLeading(canvas: Canvas): Promise<void>;
  /**
   * Also moves those tokens into the context, and then predicts the positions that follow them, which it knows better than the last
   * `predict` did. It calls `commit` with each prediction. After each pass it asks `goesOn`; when the run is to stop, the other
   * positions stay masked. Absent = the model cannot predict from the context alone.
   */
  decodeAhead?(canvas: Canvas, commit: (row: RuledPrediction) => void, goesOn: () => Promise<boolean>): Promise<void>;
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

/** Denoises a canvas until nothing is left to do. Answers the number of steps taken. */
export async function denoise(canvas: Canvas, loop: DenoiseLoop): Promise<number> {
  const { denoiser, sampler, project } = loop;
  canvas.begin(sampler, loop.steps, loop.allowedFirst);
  let step = 0;
  for (let goOn = true; goOn && canvas.isRunning; step++) {
    const restIsDecoded = denoiser.decodesRest?.(canvas) ?? false;
    const take = (rows: readonly RuledPrediction[], leftFirst: boolean): void => {
      canvas.write(committed(rows, sampler, canvas.state(leftFirst, restIsDecoded)), step);
      project(canvas);
    };
    take(await denoiser.predict(canvas), denoiser.leftFirst(step));
    const commit = (row: RuledPrediction): void => take([row], true);
    await denoiser.decodeAhead?.(canvas, commit, loop.goesOn ?? (() => Promise.resolve(true)));
    goOn = await loop.afterStep(step);
    await denoiser.appendLeading(canvas);
  }
  return step;
}

/** What the sampler commits, with what rules said of these positions. */
function committed(rows: readonly RuledPrediction[], sampler: Sampler, state: SamplerState): readonly CanvasCommit[] {
  const givingUp = new Set(rows.flatMap(({ position, givesUp }) => (givesUp ? [position] : [])));
  const commits = sampler.commit(rows, state);
  if (givingUp.size === 0) return commits;
  return commits.map((commit) => ({ ...commit, givesUp: givingUp.has(commit.position) }));
}
