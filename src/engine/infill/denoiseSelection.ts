import type { DenoiseRequest } from '../../shared/infillRequest.js';
import type { DenoiseOutcome } from '../../shared/outcome.js';
import type { ModelEncoder } from '../contract/model.js';
import { changedText } from './improve/composed.js';
import { improvedSelection } from './improve/improvedSelection.js';
import { decodingFor } from './plan/decoding.js';
import type { Pipeline } from './run/pipeline.js';
import { type RunControl, RunRecord } from './run/runRecord.js';
import { validateDenoiseRequest } from './run/validateRequest.js';
import { denoisedChanges } from './selection/denoisedChanges.js';
import { denoisedTokens } from './selection/denoisedRun.js';
import { denoiseWindows } from './selection/denoiseWindows.js';
import { keptStructure } from './selection/keptStructure.js';
import { remaskPlan } from './selection/remaskPlan.js';
import { readSelection, splitsCharacters } from './selection/readSelection.js';

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

  const { encoder } = model;
  if (encoder) return improved(request, { pipeline, record, encoder });
  // What was selected is to be replaced, not shortened, so its canvases have their lengths already.
  const decoding = decodingFor({ ...options, candidates: 1, length: 'auto', stopBelow: 0 }, pipeline);
  const { selected, after } = readSelection(request, pipeline, record);
  const plan = await remaskPlan(selected, after, { strength, model, record });
  record.clock.endPhase('context');
  if (!plan.masked.includes(true)) return record.none('empty', 'All of the selection is pinned.');
  const written = await denoiseWindows({ request, selected, plan, decoding, pipeline, record });
  if (written === undefined) return record.cancelled();
  const { units, refused } = keptStructure(written, request, selected, plan);
  const changes = denoisedChanges(units, request.selection);
  if (changes.length === 0) {
    const detail = refused.length > 0 ? 'What the model wrote would not fit.' : 'The model would leave it as it is.';
    return { ...record.none('not-likelier', detail), refused };
  }
  const text = units.map((unit) => unit.text).join('');
  return { kind: 'denoised', text, changes, refused, tokens: denoisedTokens(units), report: record.report() };
}

/** What a model proposes that can tell how likely a text is. */
async function improved(
  request: DenoiseRequest,
  parts: { readonly pipeline: Pipeline; readonly record: RunRecord; readonly encoder: ModelEncoder },
): Promise<DenoiseOutcome> {
  const { record, pipeline } = parts;
  const decoding = decodingFor({ ...request.options, candidates: 1, multiline: 'never' }, pipeline);
  const found = await improvedSelection(request, { ...parts, decoding });
  if (found === undefined) return record.cancelled();
  const { changes, refused, tokens, counts } = found;
  if (counts.tokens === 0) {
    const isPinned = request.pinned.length > 0;
    return record.none(
      'empty',
      isPinned ? 'All of the selection is pinned.' : 'There are only blanks in the selection.',
    );
  }
  if (changes.length > 0) {
    const text = changedText(request.selection, changes);
    return { kind: 'denoised', text, changes, refused, tokens, report: record.report() };
  }
  const { tokens: all, tried, places } = counts;
  const detail =
    places === 0
      ? 'What stands there is what the model finds likeliest.'
      : `${String(tried)} of ${String(all)} tokens were tried, at ${String(places)} ${places === 1 ? 'place' : 'places'}.`;
  return { ...record.none('not-likelier', detail), refused };
}
