import type { InfillRequest } from '../../shared/infillRequest.js';
import type { Candidate, InfillOutcome } from '../../shared/outcome.js';
import { postprocessAt } from '../postprocess/postprocess.js';
import { assembleContext, textBeforeCursor } from './context/assembleContext.js';
import { holeOf } from './context/hole.js';
import { fillCanvas } from './denoise/fillCanvas.js';
import { endedMiddles } from './ending/endedMiddles.js';
import { foundInProject } from './found/foundInProject.js';
import { decodingFor } from './plan/decoding.js';
import { holeTask } from './plan/holeTask.js';
import { presentMiddles, saysSomething } from './presentMiddles.js';
import type { Pipeline } from './run/pipeline.js';
import { type RunControl, RunRecord } from './run/runRecord.js';
import { validateOptions } from './run/validateRequest.js';

/**
 * Fills the hole between the request's prefix and suffix.
 * @throws InfillError `invalid-request` for options out of range.
 */
export async function infill(
  request: InfillRequest,
  given: Pipeline,
  control: RunControl = {},
): Promise<InfillOutcome> {
  validateOptions(request.options);
  const record = new RunRecord(request.options, control, given);
  const pipeline = { ...given, model: record.measured(given.model) };
  const hole = holeOf(request);
  if (hole.splitsCharacter) {
    return record.none('unsuitable-position', 'The cursor is inside a character or a line break.');
  }
  if (record.isCancelled()) return record.none('cancelled', 'Cancelled before it began.');

  const decoding = decodingFor(hole.options, pipeline);
  const before = textBeforeCursor(hole, decoding.recommended.preamble, pipeline);
  const between = assembleContext(before, hole.context.suffix, hole.code, pipeline);
  record.clock.endPhase('tokenize');
  const task = await holeTask(hole, between, decoding, pipeline, record);
  const fit = postprocessAt({ ...hole.context, multiline: task.multiline }, hole.code);
  const mayBeSuggested = (candidate: Candidate): boolean => saysSomething(candidate, hole);
  const project = await foundInProject(hole, task, { fit, mayBeSuggested }, decoding, pipeline, record);
  if (record.isCancelled()) return record.cancelled();
  const found = project.candidates;
  if (project.isSure && hole.options.candidates === 1)
    return presentMiddles({ written: [], found }, hole, fit, decoding, record);
  const filled = await fillCanvas(task, decoding, pipeline, record);
  if (record.isCancelled()) return record.cancelled();
  const written = await endedMiddles(filled, task, decoding.recommended, pipeline, record);
  if (record.isCancelled()) return record.cancelled();
  return presentMiddles({ written, found }, hole, fit, decoding, record);
}
