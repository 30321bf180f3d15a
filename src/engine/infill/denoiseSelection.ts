import type { DenoiseRequest } from '../../shared/infillRequest.js';
import type { DenoiseOutcome } from '../../shared/outcome.js';
import { likelierSelection } from './likelierSelection.js';
import { rewrittenSelection } from './rewrittenSelection.js';
import type { Pipeline } from './run/pipeline.js';
import { type RunControl, RunRecord } from './run/runRecord.js';
import { validateDenoiseRequest } from './run/validateRequest.js';
import { splitsCharacters } from './selection/readSelection.js';

/**
 * Denoises a selection again, between the text before and after it. A model that reads looks for likelier text at the least likely places
 * and proposes what is likelier as a whole. Of other models the least likely part is masked and written anew, window by window from left
 * to right where it is longer than a canvas.
 * @throws InfillError `invalid-request` for options and spans out of range.
 */
export async function denoiseSelection(
  request: DenoiseRequest,
  given: Pipeline,
  control: RunControl = {},
): Promise<DenoiseOutcome> {
  validateDenoiseRequest(request);
  const record = new RunRecord(request.options, control, given);
  const pipeline = { ...given, model: record.measured(given.model) };
  if (request.selection === '') return record.none('empty', 'Nothing is selected.');
  if (splitsCharacters(request)) {
    const why = 'The selection begins or ends inside a character or a line break.';
    return record.none('unsuitable-position', why);
  }
  if (record.isCancelled()) return record.cancelled();
  const { encoder } = pipeline.model;
  return encoder
    ? likelierSelection(request, { pipeline, record, encoder })
    : rewrittenSelection(request, { pipeline, record });
}
