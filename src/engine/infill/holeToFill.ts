import type { InfillRequest } from '../../shared/infillRequest.js';
import { recommendedAt } from '../contract/recommended.js';
import { demandedHole } from './conditions/demandedHole.js';
import type { Hole } from './context/hole.js';
import { unlikelyEntry } from './listEntry.js';
import type { Pipeline } from './run/pipeline.js';
import type { NoOutcome, RunRecord } from './run/runRecord.js';
import { validateInfillRequest } from './run/validateRequest.js';

/**
 * The hole of a request, or why nothing can be written there.
 * @throws InfillError `invalid-request` for options out of range, for edits, names and entries that are none, and for conditions that no text
 * can meet.
 */
export async function holeToFill(
  request: InfillRequest,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<Hole | NoOutcome> {
  validateInfillRequest(request);
  const hole = demandedHole(request, pipeline);
  if (hole.splitsCharacter) {
    return record.none('unsuitable-position', 'The cursor is inside a character or a line break.');
  }
  if (record.isCancelled()) return record.none('cancelled', 'Cancelled before it began.');
  const unlikely = await unlikelyEntry(
    hole.demands ? request : hole,
    recommendedAt(pipeline.recommended, hole.options.steps),
    pipeline,
  );
  return unlikely === undefined ? hole : record.none('unlikely-entry', unlikely);
}
