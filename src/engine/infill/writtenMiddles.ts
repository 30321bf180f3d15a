import type { CanvasTask } from './canvas/canvasTask.js';
import { fillCanvas } from './denoise/fillCanvas.js';
import { type EndedMiddle, endedMiddles } from './ending/endedMiddles.js';
import type { Decoding } from './plan/decoding.js';
import type { Pipeline } from './run/pipeline.js';
import type { RunRecord } from './run/runRecord.js';

/** What the model writes on a canvas, once for every candidate, each up to where it ends; fewer where the run was cancelled. */
export async function writtenMiddles(
  task: CanvasTask,
  decoding: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<readonly EndedMiddle[]> {
  const filled = await fillCanvas(task, decoding, pipeline, record);
  return record.isCancelled() ? [] : endedMiddles(filled, task, decoding.recommended, pipeline, record);
}
