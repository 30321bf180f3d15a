import type { InfillRequest } from '../../shared/infillRequest.js';
import type { InfillOutcome } from '../../shared/outcome.js';
import { assembleContext, textBeforeCursor } from './context/assembleContext.js';
import { holeOf } from './context/hole.js';
import { foundInProject } from './found/foundInProject.js';
import { unlikelyEntry } from './listEntry.js';
import { decodingFor } from './plan/decoding.js';
import { holeTask } from './plan/holeTask.js';
import { filtersAt, presentMiddles } from './presentMiddles.js';
import type { Pipeline } from './run/pipeline.js';
import { type RunControl, RunRecord } from './run/runRecord.js';
import { validateInfillRequest } from './run/validateRequest.js';
import { writtenMiddles } from './writtenMiddles.js';

/**
 * Fills the hole between the request's prefix and suffix.
 * @throws InfillError `invalid-request` for options out of range, and for edits and names that are none.
 */
export async function infill(
  request: InfillRequest,
  given: Pipeline,
  control: RunControl = {},
): Promise<InfillOutcome> {
  validateInfillRequest(request);
  const record = new RunRecord(request.options, control, given);
  const pipeline = { ...given, model: record.measured(given.model) };
  const hole = holeOf(request);
  if (hole.splitsCharacter) {
    return record.none('unsuitable-position', 'The cursor is inside a character or a line break.');
  }
  if (record.isCancelled()) return record.none('cancelled', 'Cancelled before it began.');

  const decoding = decodingFor(hole.options, pipeline);
  const unlikely = await unlikelyEntry(hole, decoding.recommended, pipeline);
  if (unlikely !== undefined) return record.none('unlikely-entry', unlikely);
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
