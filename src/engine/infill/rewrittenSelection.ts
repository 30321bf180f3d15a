import type { DenoiseRequest } from '../../shared/infillRequest.js';
import type { DenoiseOutcome } from '../../shared/outcome.js';
import { decodingFor } from './plan/decoding.js';
import type { Pipeline } from './run/pipeline.js';
import type { RunRecord } from './run/runRecord.js';
import { denoisedChanges } from './selection/denoisedChanges.js';
import { denoisedTokens } from './selection/denoisedRun.js';
import { denoiseWindows } from './selection/denoiseWindows.js';
import { keptStructure } from './selection/keptStructure.js';
import { readSelection } from './selection/readSelection.js';
import { remaskPlan } from './selection/remaskPlan.js';

/** What a model proposes that does not read: its least likely part written anew, where brackets, quotes and lines stay as they were. */
export async function rewrittenSelection(
  request: DenoiseRequest,
  { pipeline, record }: { readonly pipeline: Pipeline; readonly record: RunRecord },
): Promise<DenoiseOutcome> {
  const { options, strength } = request;
  const { model } = pipeline;
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
