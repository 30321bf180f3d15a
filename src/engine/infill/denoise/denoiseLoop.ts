import type { Projection } from '../../diffusion/projection.js';
import type { Sampler, SamplerState } from '../../diffusion/sampler.js';
import type { Canvas, CanvasCommit } from '../canvas/canvas.js';
import type { RuledPrediction } from '../canvas/rule.js';

/** The model as the loop sees it. */
export interface Denoiser {
  /** The distributions of the positions that the sampler reads, ascending; none for a canvas that is complete. */
  predict(canvases: readonly Canvas[]): Promise<readonly (readonly RuledPrediction[])[]>;
  /** Whether position 0 of a canvas has to be committed before the others. */
  leftFirst(step: number): boolean;
  /**
   * Whether `decodeAhead` commits all tokens that are still masked after the last step. Where it does, no step has to commit more than it
   * is sure of. Absent = it does not.
   */
  decodesRest?(canvases: readonly Canvas[]): boolean;
  /** Moves the tokens that are committed at the left end of each canvas into the context, where the model keeps them there. */
  appendLeading(canvases: readonly Canvas[]): Promise<void>;
  /**
   * Also moves those tokens into the context, and then predicts the positions that follow them, which it knows better than the last
   * `predict` did. It calls `commit` with each prediction. After each pass it asks `goesOn`; when the run is to stop, the other
   * positions stay masked. Absent = the model cannot predict from the context alone.
   */
  decodeAhead?(
    canvases: readonly Canvas[],
    commit: (row: RuledPrediction, canvas: Canvas) => void,
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

/** Denoises all canvases together until none has something left to do. Answers the number of steps taken. */
export async function denoise(canvases: readonly Canvas[], loop: DenoiseLoop): Promise<number> {
  const { denoiser, sampler, project } = loop;
  for (const canvas of canvases) canvas.begin(sampler, loop.steps, loop.allowedFirst);
  let step = 0;
  for (let goOn = true; goOn && canvases.some((canvas) => canvas.isRunning); step++) {
    const predictions = await denoiser.predict(canvases);
    const leftFirst = denoiser.leftFirst(step);
    const restIsDecoded = denoiser.decodesRest?.(canvases) ?? false;
    for (const [i, canvas] of canvases.entries()) {
      if (!canvas.isRunning) continue;
      canvas.write(committed(predictions[i]!, sampler, canvas.state(leftFirst, restIsDecoded)), step);
      project(canvas);
    }
    const commit = (row: RuledPrediction, canvas: Canvas): void => {
      canvas.write(committed([row], sampler, canvas.state(true, restIsDecoded)), step);
      project(canvas);
    };
    await denoiser.decodeAhead?.(canvases, commit, loop.goesOn ?? (() => Promise.resolve(true)));
    goOn = await loop.afterStep(step);
    await denoiser.appendLeading(canvases);
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
