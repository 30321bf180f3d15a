import type { CanvasAlternative } from '../../../shared/outcome.js';
import type { CanvasRequest } from '../../../shared/infillRequest.js';
import type { Canvas } from '../canvas/canvas.js';
import { begunBefore } from '../rules/begunCharacter.js';
import { openCanvas } from '../denoise/fillCanvas.js';
import type { Decoding } from '../plan/decoding.js';
import { invalidRequest } from '../run/invalidRequest.js';
import type { Pipeline } from '../run/pipeline.js';
import type { RunRecord } from '../run/runRecord.js';
import type { GivenTask } from './givenTask.js';

export interface AlternativesAt {
  readonly alternatives: readonly CanvasAlternative[];
  /** As it was asked: the position is masked. */
  readonly canvas: Canvas;
}

/**
 * The likeliest tokens of one position, given all else on the canvas, after all rules. Where the text ended before it, it is taken as
 * open up to there.
 *
 * @throws InfillError `invalid-request` for a position that the canvas does not have.
 */
export async function alternativesAt(
  { position, most }: NonNullable<CanvasRequest['alternatives']>,
  { task, given }: GivenTask,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<AlternativesAt> {
  const { mask, endOfMiddle } = pipeline.model.manifest.tokens;
  const { tokenizer } = pipeline;
  if (position >= task.canvas.length) {
    throw invalidRequest(
      `The canvas has no position ${String(position)}.`,
      `Its positions are 0 to ${String(task.canvas.length - 1)}; an end closes it.`,
    );
  }
  const asked = { ...task, canvas: task.canvas.map((id, i) => (i === position ? mask : id)) };
  const run = { temperature: 0, isWhole: true, given: given.parts.map(({ confidence = 1 }) => confidence) };
  const { canvas, denoiser } = await openCanvas(asked, decoding, pipeline, record, run);
  canvas.begin(decoding.sampler, 1, task.context.allowedFirst);
  await denoiser.appendLeading(canvas);
  const rows = await denoiser.predict(canvas);
  const at = position - canvas.offset;
  const row = rows.find((each) => each.position === at);
  const begun = begunBefore(at, canvas, task.context.ids, tokenizer);
  const repeated = position === 0 ? task.context.healed.length : 0;
  const alternatives = (row?.ids ?? []).slice(0, most).map((id, i) => {
    const own = Buffer.concat([begun, tokenizer.bytesOf(id)]).subarray(repeated);
    return {
      id,
      text: own.toString('utf8'),
      probability: Math.exp(row!.logProbs[i]!),
      ...(id === endOfMiddle ? { isEnd: true as const } : {}),
    };
  });
  return { alternatives, canvas };
}
