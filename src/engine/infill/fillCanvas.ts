import type { InfillOptions } from '../../shared/infillOptions.js';
import { seededRandom } from '../diffusion/random.js';
import { projectionFor, refinementsFor } from './canvasRules.js';
import type { CanvasTask } from './canvasTask.js';
import { denoise } from './denoiseLoop.js';
import type { Equipment } from './equipment.js';
import { Lane } from './lane.js';
import { ModelDenoiser } from './modelDenoiser.js';
import type { RunRecord } from './runRecord.js';
import { samplerFor } from './samplerFor.js';

/** Alternatives to a most likely text (temperature 0) are sampled, or they would all be the same. */
const ALTERNATIVE_TEMPERATURE = 0.8;

/**
 * Denoises a canvas, once for every candidate. Lanes stay incomplete where the run was cancelled.
 * @throws InfillError `invalid-request` for a sampler that does not exist, or does not suit the model.
 */
export async function fillCanvas(
  task: CanvasTask,
  options: InfillOptions,
  equipment: Equipment,
  record: RunRecord,
): Promise<readonly Lane[]> {
  const { model, recommended } = equipment;
  const { mask, endOfMiddle } = model.manifest.tokens;
  const sampler = samplerFor(options, equipment);
  // Noise that is no mask has no end either: every position is text.
  const endsAt = sampler.prior || endOfMiddle < 0 ? 'canvas' : (task.endsAt ?? 'token');
  const lanes = Array.from({ length: options.candidates }, (_, lane) => {
    const temperature = lane > 0 && options.temperature === 0 ? ALTERNATIVE_TEMPERATURE : options.temperature;
    return new Lane(task.canvas, { mask, endOfMiddle, temperature, random: seededRandom(options.seed + lane), endsAt });
  });
  const context = await model.openContext(task.context.ids, task.suffixIds, options.candidates);
  record.contextOpened(context);
  const denoiser = new ModelDenoiser(context, {
    ...recommended,
    manifest: model.manifest,
    sampler,
    topP: options.topP,
    allowedFirst: task.context.allowedFirst,
    wantEncoder: recommended.stopEvidence > 0,
    refinements: refinementsFor(task, equipment),
  });
  await denoise(lanes, {
    denoiser,
    sampler,
    project: projectionFor(task, equipment),
    steps: options.steps,
    allowedFirst: task.context.allowedFirst,
    goesOn: () => record.goesOn(),
    afterStep: (step) => record.stepDone(step, lanes[0]!),
  });
  record.passes += denoiser.passes;
  return lanes;
}
