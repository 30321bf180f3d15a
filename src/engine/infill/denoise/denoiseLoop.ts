import type { CanvasSource } from '../../../shared/outcome.js';
import type { Sampler, SamplerState } from '../../diffusion/sampler.js';
import type { Canvas, CanvasCommit } from '../canvas/canvas.js';
import type { RuledPrediction } from '../canvas/rule.js';
import type { LoopStep, StepKind } from '../run/loopStep.js';

/** The model as the loop sees it. */
export interface Denoiser {
  /** The distributions of the positions that the sampler needs, ascending; none for a canvas that is complete. */
  predict(canvas: Canvas): Promise<readonly RuledPrediction[]>;
  /** Whether position 0 of a canvas has to be committed before the others. */
  leftFirst(step: number): boolean;
  /** Whether what is still masked after the last step is drafted, so that no step has to commit more than it is sure of. Absent = no. */
  draftsRest?(canvas: Canvas): boolean;
  /**
   * What was last predicted of positions that are still masked, ascending: of the next one where each depends on those before it, or
   * else of all. None where nothing was predicted of them.
   */
  draft(canvas: Canvas): readonly RuledPrediction[];
  /** Moves the tokens that are committed at the left end of the canvas into the context, where the model keeps them there. */
  appendLeading(canvas: Canvas): Promise<void>;
  /**
   * Also moves those tokens into the context, and then predicts the positions that follow them, which it knows better than the last
   * `predict` did. It calls `commit` with each prediction. Absent = the model cannot predict from the context alone.
   */
  decodeAhead?(canvas: Canvas, commit: (row: RuledPrediction) => void, pace: Pace): Promise<void>;
}

/** Who paces the passes of `decodeAhead`. */
export interface Pace {
  /** Asked before each pass. */
  mayVerify(): boolean;
  /** Told after each pass; resolves to false where the run is to stop. */
  verified(): Promise<boolean>;
}

export interface DenoiseLoop {
  readonly denoiser: Denoiser;
  readonly sampler: Sampler;
  /** Brings the canvas back to what is known about it, after the commits of every step. */
  readonly project: (canvas: Canvas) => void;
  /** The number of steps that was asked for; the sampler makes its noise times of it. */
  readonly steps: number;
  /** The ids that the first canvas's position 0 may take. */
  readonly allowedFirst?: readonly number[] | undefined;
  /** Whether the run has not been cancelled; absent = it never is. */
  readonly goesOn?: () => Promise<boolean>;
  /** Whether there is time for another step of this kind; absent = always. The first step is taken without asking. */
  readonly hasTimeFor?: (kind: StepKind) => boolean;
  /** Whether what is still masked stays so where the loop ends before its last step; absent = it becomes the draft. */
  readonly keepsOpen?: boolean;
  /** Told after every step, with what the canvas would be if the run ended there; resolves to false to end the loop early. */
  readonly afterStep: (step: LoopStep) => Promise<boolean>;
}

/**
 * Denoises a canvas until nothing is left to do. Answers the number of steps taken.
 *
 * A step is a pass that settles something. Where the sampler leaves to the loop what it is not sure of, passes of the encoder that
 * decode ahead are steps of their own, and there are never more than were asked for. Other samplers go through the times of their
 * process, and what is decoded ahead belongs to the step before it. A whole draft stands after every step: what is still masked
 * after the last one becomes what was last predicted of it.
 */
export async function denoise(canvas: Canvas, loop: DenoiseLoop): Promise<number> {
  const { denoiser, sampler, project, afterStep, goesOn = () => Promise.resolve(true), hasTimeFor = () => true } = loop;
  canvas.begin(sampler, loop.steps, loop.allowedFirst);
  const countsPasses = sampler.mayLeaveMasked === true;
  const run = { step: 0, isStopped: false };
  const take = (rows: readonly RuledPrediction[], leftFirst: boolean, source: CanvasSource): void => {
    const state = canvas.state(leftFirst, denoiser.draftsRest?.(canvas) ?? false);
    canvas.write(committed(rows, sampler, state), run.step, source);
    project(canvas);
  };
  const stepDone = async (kind: StepKind): Promise<boolean> => {
    const index = run.step++;
    canvas.endStep(index);
    run.isStopped = !(await afterStep({ index, kind, draft: () => drafted(canvas.copy(), loop, index) }));
    return !run.isStopped;
  };
  const pace: Pace = countsPasses
    ? { mayVerify: () => canvas.stepsLeft > 0 && hasTimeFor('verify'), verified: () => stepDone('verify') }
    : { mayVerify: () => true, verified: goesOn };
  const commit = (row: RuledPrediction): void => take([row], true, 'encoder');

  while (!run.isStopped && canvas.isRunning && (run.step === 0 || hasTimeFor('denoise'))) {
    await denoiser.appendLeading(canvas);
    take(await denoiser.predict(canvas), denoiser.leftFirst(run.step), 'denoiser');
    if (countsPasses && !(await stepDone('denoise'))) break;
    await denoiser.decodeAhead?.(canvas, commit, pace);
    if (!countsPasses) await stepDone('denoise');
  }
  if (!run.isStopped && loop.keepsOpen !== true) drafted(canvas, loop, run.step - 1);
  return run.step;
}

/** Writes the draft in the place of what is still masked. */
export function drafted(
  canvas: Canvas,
  { denoiser, project }: Pick<DenoiseLoop, 'denoiser' | 'project'>,
  step: number,
): Canvas {
  while (canvas.isOpen) {
    const rows = denoiser.draft(canvas);
    if (rows.length === 0) break;
    canvas.write(rows.map(likeliest), step);
    project(canvas);
  }
  return canvas;
}

function likeliest({ position, ids, logProbs, givesUp = false }: RuledPrediction): CanvasCommit {
  return { position, id: ids[0]!, confidence: Math.exp(logProbs[0]!), givesUp };
}

/** What the sampler commits, with what rules said of these positions. */
function committed(rows: readonly RuledPrediction[], sampler: Sampler, state: SamplerState): readonly CanvasCommit[] {
  const givingUp = new Set(rows.flatMap(({ position, givesUp }) => (givesUp ? [position] : [])));
  const commits = sampler.commit(rows, state);
  if (givingUp.size === 0) return commits;
  return commits.map((commit) => ({ ...commit, givesUp: givingUp.has(commit.position) }));
}
