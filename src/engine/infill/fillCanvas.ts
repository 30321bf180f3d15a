import type { InfillOptions } from '../../shared/infillOptions.js';
import { createSampler } from '../diffusion/createSampler.js';
import { allOf, closeAfter, closeAtEnd, type Projection, restorePinned } from '../diffusion/projection.js';
import { seededRandom } from '../diffusion/random.js';
import { denoise } from './denoiseLoop.js';
import { endingTokens } from './endingTokens.js';
import type { Equipment } from './equipment.js';
import type { HealedPrefix } from './healing.js';
import { Lane } from './lane.js';
import { ModelDenoiser, type Refinement } from './modelDenoiser.js';
import type { RunRecord } from './runRecord.js';
import { stopEvidence } from './stopEvidence.js';

/** A canvas between two texts. */
export interface CanvasTask {
  /** The context: its tokens, and what of it went back to the canvas. */
  readonly context: HealedPrefix;
  readonly suffixIds: readonly number[];
  /** Token ids, the mask id where unknown; the others are pinned. */
  readonly canvas: readonly number[];
  /** Whether the middle may go on after a line end. */
  readonly multiline: boolean;
  readonly languageId: string;
  /** Text before and after the hole, with `\n`. */
  readonly prefix: string;
  readonly suffix: string;
}

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

function refinementsFor(task: CanvasTask, equipment: Equipment): Refinement[] {
  const { model, tokenizer, recommended } = equipment;
  const { endOfMiddle } = model.manifest.tokens;
  const isLineEnd = lineEndTest(task, equipment);
  const isControl = (id: number): boolean => tokenizer.bytesOf(id).length === 0;
  const refinements = [endingTokens(endOfMiddle, (id, position) => isControl(id) || isLineEnd(id, position))];
  if (recommended.stopEvidence > 0) {
    const healedBytes = task.context.healed.length;
    refinements.push(stopEvidence({ ...task, tokenizer, endOfMiddle, healedBytes, weight: recommended.stopEvidence }));
  }
  return refinements;
}

function projectionFor(task: CanvasTask, equipment: Equipment): Projection {
  const { mask, endOfMiddle } = equipment.model.manifest.tokens;
  const pinned = new Map(Array.from(task.canvas.entries()).filter(([, id]) => id !== mask));
  const lastPinned = Math.max(-1, ...pinned.keys());
  const isLineEnd = lineEndTest(task, equipment);
  const isLast = (id: number, position: number): boolean => position > lastPinned && isLineEnd(id, position);
  return allOf(closeAfter(isLast, mask, endOfMiddle), closeAtEnd(endOfMiddle), restorePinned(pinned));
}

/** Whether a token ends the middle because it ends the line; `position` counts from the first canvas's start. */
function lineEndTest(task: CanvasTask, { tokenizer }: Equipment): (id: number, position: number) => boolean {
  if (task.multiline) return () => false;
  const healedBytes = task.context.healed.length;
  return (id, position) => {
    const bytes = tokenizer.bytesOf(id).subarray(position === 0 ? healedBytes : 0);
    return bytes.includes(0x0a) || bytes.includes(0x0d);
  };
}
