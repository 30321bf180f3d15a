import type { InfillRequest } from '../../shared/infillRequest.js';
import type { InfillOutcome } from '../../shared/outcome.js';
import { assembleContext, textBeforeCursor } from './context/assembleContext.js';
import { foundInProject } from './found/foundInProject.js';
import { holeToFill } from './holeToFill.js';
import { decodingFor } from './plan/decoding.js';
import { holeTask } from './plan/holeTask.js';
import { filtersAt, presentMiddles } from './presentMiddles.js';
import type { Pipeline } from './run/pipeline.js';
import { type RunControl, RunRecord } from './run/runRecord.js';
import { writtenMiddles } from './writtenMiddles.js';

/**
 * Fills the hole between the request's prefix and suffix.
 * @throws InfillError `invalid-request` for options out of range, and for edits, names and entries that are none.
 */
export async function infill(
  request: InfillRequest,
  given: Pipeline,
  control: RunControl = {},
): Promise<InfillOutcome> {
  const record = new RunRecord(request.options, control, given);
  const pipeline = { ...given, model: record.measured(given.model) };
  const hole = await holeToFill(request, pipeline, record);
  if ('kind' in hole) return hole;
  const decoding = decodingFor(hole.options, pipeline);
  const before = textBeforeCursor(hole, decoding.recommended.preamble, pipeline);
  const between = assembleContext(before, hole.context.suffix, hole.code, pipeline);
  record.clock.endPhase('tokenize');
  const task = await holeTask(hole, between, decoding, pipeline, record);
  const filters = filtersAt(hole, task.multiline);
  const { found, isSure } = await foundInProject(hole, task, filters, decoding, pipeline, record);
  if (isSure) return presentMiddles({ written: [], found }, hole, filters, decoding, record);
  const written = await writtenMiddles(task, { hole, filters, found }, decoding, pipeline, record);
  if (record.isCancelled()) return record.cancelled();
  return presentMiddles({ written, found }, hole, filters, decoding, record);
}
