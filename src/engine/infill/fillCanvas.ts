import type { InfillOptions } from '../../shared/infillOptions.js';
import { createSampler } from '../diffusion/createSampler.js';
import { seededRandom } from '../diffusion/random.js';
import { projectionFor, refinementsFor } from './canvasRules.js';
import type { CanvasTask } from './canvasTask.js';
import { denoise } from './denoiseLoop.js';
import type { Equipment } from './equipment.js';
import { Lane } from './lane.js';
import { ModelDenoiser } from './modelDenoiser.js';
import type { RunRecord } from './runRecord.js';

/** Alternatives to a most likely text (temperature 0) are sampled, or they would all be the same. */
const ALTERNATIVE_TEMPERATURE = 0.8;

/** Denoises a canvas, once for every candidate. Lanes stay incomplete where the run was cancelled. */
export async function fillCanvas(
  task: CanvasTask,
  options: InfillOptions,
  equipment: Equipment,
  record: RunRecord,
): Promise<readonly Lane[]> {
  const { model, recommended } = equipment;
  const { mask, endOfMiddle } = model.manifest.tokens;
  const lanes = Array.from({ length: options.candidates }, (_, lane) => {
    const temperature = lane > 0 && options.temperature === 0 ? ALTERNATIVE_TEMPERATURE : options.temperature;
    return new Lane(task.canvas, { mask, endOfMiddle, temperature, random: seededRandom(options.seed + lane) });
  });
  const context = await model.openContext(task.context.ids, task.suffixIds, options.candidates);
  record.contextOpened(context);
  await denoise(lanes, {
    denoiser: new ModelDenoiser(context, {
      ...recommended,
      allowedFirst: task.context.allowedFirst,
      wantEncoder: recommended.stopEvidence > 0,
      refinements: refinementsFor(task, equipment),
    }),
    sampler: createSampler('entropy-bound', { ...recommended, topP: options.topP, endOfMiddle }),
    project: projectionFor(task, equipment),
    steps: options.steps,
    afterStep: (step) => record.stepDone(step, lanes[0]!),
  });
  return lanes;
}
