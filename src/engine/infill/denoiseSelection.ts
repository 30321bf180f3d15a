import type { DenoiseRequest } from '../../shared/infillRequest.js';
import type { DenoiseOutcome } from '../../shared/outcome.js';
import { decodingFor } from './plan/decoding.js';
import type { Pipeline } from './run/pipeline.js';
import { type RunControl, RunRecord } from './run/runRecord.js';
import { validateDenoiseRequest } from './run/validateRequest.js';
import { denoisedChanges } from './selection/denoisedChanges.js';
import { denoisedTokens } from './selection/denoisedRun.js';
import { denoiseWindows } from './selection/denoiseWindows.js';
import { remaskPlan } from './selection/remaskPlan.js';
import { readSelection, splitsCharacters } from './selection/readSelection.js';

/**
 * Denoises a selection again, between the text before and after it: the least likely part of it is masked, what is kept
 * is a soft start. Window by window from left to right where it is longer than a canvas.
 * @throws InfillError `invalid-request` for options and spans out of range.
 */
export async function denoiseSelection(
  request: DenoiseRequest,
  given: Pipeline,
  control: RunControl = {},
): Promise<DenoiseOutcome> {
  validateDenoiseRequest(request);
  const { options, strength } = request;
  const record = new RunRecord(options, control, given);
  const pipeline = { ...given, model: record.measured(given.model) };
  const { model } = pipeline;
  if (request.selection === '') return record.none('empty', 'Nothing is selected.');
  if (splitsCharacters(request)) {
    const why = 'The selection begins or ends inside a character or a line break.';
    return record.none('unsuitable-position', why);
  }
  if (record.isCancelled()) return record.cancelled();

  // What was selected is to be replaced, not shortened, so its canvases have their lengths already.
  const decoding = decodingFor({ ...options, candidates: 1, length: 'auto', stopBelow: 0 }, pipeline);
  const { selected, after } = readSelection(request, pipeline, record);
  const plan = await remaskPlan(selected, after, { strength, model, record });
  record.clock.endPhase('context');
  if (!plan.masked.includes(true)) return record.none('empty', 'All of the selection is pinned.');
  const units = await denoiseWindows({ request, selected, plan, decoding, pipeline, record });
  if (units === undefined) return record.cancelled();
  const text = units.map((unit) => unit.text).join('');
  if (text === '') return record.none('empty', 'The model would leave nothing of the selection.');
  const changes = denoisedChanges(units, request.selection);
  return { kind: 'denoised', text, changes, refused: [], tokens: denoisedTokens(units), report: record.report() };
}
