import { seededRandom } from '../../diffusion/random.js';
import { projectionFor, rulesFor } from '../rules/rules.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import { denoise } from './denoiseLoop.js';
import type { Pipeline } from '../run/pipeline.js';
import { Canvas } from '../canvas/canvas.js';
import { ModelDenoiser } from './modelDenoiser.js';
import type { RunRecord } from '../run/runRecord.js';
import { type Decoding, decodesAhead } from '../plan/decoding.js';

/** Alternatives to a most likely text (temperature 0) are sampled, or they would all be the same. */
const ALTERNATIVE_TEMPERATURE = 0.8;

/** Denoises a canvas, once for every candidate. Lanes stay incomplete where the run was cancelled. */
export async function fillCanvas(
  task: CanvasTask,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<readonly Canvas[]> {
  const { model } = pipeline;
  const { options, recommended, sampler } = decoding;
  const { mask, endOfMiddle } = model.manifest.tokens;
  // Noise that is no mask has no end either: every position is text.
  const endsAt = sampler.prior || endOfMiddle < 0 ? 'canvas' : (task.endsAt ?? 'token');
  const lanes = Array.from({ length: options.candidates }, (_, lane) => {
    const temperature = lane > 0 && options.temperature === 0 ? ALTERNATIVE_TEMPERATURE : options.temperature;
    return new Canvas(task.canvas, {
      mask,
      endOfMiddle,
      temperature,
      random: seededRandom(options.seed + lane),
      endsAt,
    });
  });
  const refinements = rulesFor(task, { ...pipeline, recommended });
  const project = projectionFor(task, pipeline);
  const { allowedFirst } = task.context;
  for (const group of groupsOf(lanes, decoding)) {
    const context = await model.openContext(task.context.ids, task.suffixIds, group.length);
    const isFirst = group[0] === lanes[0];
    if (isFirst) record.contextOpened(context);
    const denoiser = new ModelDenoiser(context, {
      ...decoding,
      manifest: model.manifest,
      encoderMix: recommended.encoderMix,
      topP: options.topP,
      allowedFirst,
      wantEncoder: recommended.stopEvidence > 0,
      rules: refinements,
    });
    await denoise(group, {
      denoiser,
      sampler,
      project,
      steps: options.steps,
      allowedFirst,
      goesOn: () => record.goesOn(),
      afterStep: (step) => (isFirst ? record.stepDone(step, group[0]!) : record.alternativeStepDone()),
    });
    record.passes += denoiser.passes;
    if (record.isCancelled()) break;
  }
  return lanes;
}

/** The lanes that are denoised together: each alone where the encoder then decodes ahead, which pays more than a batch does. */
function groupsOf(lanes: readonly Canvas[], decoding: Decoding): readonly (readonly Canvas[])[] {
  const isAlone = lanes.every(({ settings }) => decodesAhead(decoding, settings.temperature));
  return isAlone ? lanes.map((lane) => [lane]) : [lanes];
}
