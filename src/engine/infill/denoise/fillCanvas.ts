import { seededRandom } from '../../diffusion/random.js';
import { projectionFor, rulesFor } from '../rules/rules.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import { denoise } from './denoiseLoop.js';
import type { Pipeline } from '../run/pipeline.js';
import { Canvas } from '../canvas/canvas.js';
import { ModelDenoiser } from './modelDenoiser.js';
import type { RunRecord } from '../run/runRecord.js';
import type { Decoding } from '../plan/decoding.js';

/** Alternatives to a most likely text (temperature 0) are sampled, or they would all be the same. */
const ALTERNATIVE_TEMPERATURE = 0.8;

/**
 * Denoises a canvas, once for every candidate, one after the other. Canvases stay incomplete where the run was cancelled; there are fewer
 * where the deadline leaves no time for alternatives.
 */
export async function fillCanvas(
  task: CanvasTask,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<readonly Canvas[]> {
  const { model } = pipeline;
  const { options, sampler, stopEvidence } = decoding;
  const { mask, endOfMiddle } = model.manifest.tokens;
  // Noise that is no mask has no end either: every position is text.
  const endsAt = sampler.prior || endOfMiddle < 0 ? 'canvas' : (task.endsAt ?? 'token');
  const canvases = Array.from({ length: options.candidates }, (_, candidate) => {
    const temperature = candidate > 0 && options.temperature === 0 ? ALTERNATIVE_TEMPERATURE : options.temperature;
    return new Canvas(task.canvas, {
      mask,
      endOfMiddle,
      temperature,
      random: seededRandom(options.seed + candidate),
      endsAt,
    });
  });
  const rules = rulesFor(task, pipeline, stopEvidence);
  const project = projectionFor(task, pipeline);
  const { allowedFirst } = task.context;
  const filled: Canvas[] = [];
  for (const canvas of canvases) {
    const isFirst = canvas === canvases[0];
    if (!isFirst && !record.hasTimeFor('denoise')) break;
    const context = await model.openContext(task.context.ids, task.suffixIds);
    if (isFirst) record.contextOpened(context);
    const denoiser = new ModelDenoiser(context, {
      ...decoding,
      manifest: model.manifest,
      topP: options.topP,
      allowedFirst,
      wantEncoder: stopEvidence > 0,
      rules,
      ...(decoding.recommended.window === undefined ? {} : { window: decoding.recommended.window }),
      contextIds: task.context.ids,
      suffixIds: task.suffixIds,
    });
    await denoise(canvas, {
      denoiser,
      sampler,
      project,
      steps: decoding.steps,
      allowedFirst,
      goesOn: () => record.goesOn(),
      hasTimeFor: (kind) => record.hasTimeFor(kind),
      afterStep: (step) => (isFirst ? record.stepDone(step, canvas) : record.alternativeStepDone()),
    });
    filled.push(canvas);
    if (record.isCancelled()) break;
  }
  return filled;
}
