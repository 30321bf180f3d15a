import type { Candidate, ShownDraft } from '../../shared/outcome.js';
import type { Canvas } from './canvas/canvas.js';
import type { CanvasTask } from './canvas/canvasTask.js';
import { candidateWithLineBreak } from './context/lineAbove.js';
import type { Hole } from './context/hole.js';
import { endedMiddle } from './ending/endedMiddles.js';
import type { Decoding } from './plan/decoding.js';
import { candidatesOf, type PlaceFilters } from './presentMiddles.js';
import type { Pipeline } from './run/pipeline.js';

/** What a hole is to be filled with. */
export interface Wanted {
  readonly hole: Hole;
  readonly filters: PlaceFilters;
  /** What was found in the project, the surest first: what is written beside it is to be something else. */
  readonly found: readonly Candidate[];
}

/**
 * What would be suggested if the run ended with this draft and no time were left to compare its ends: it goes through all that an outcome
 * goes through. No network has a part in it.
 *
 * @param draft a canvas with its draft written
 * @returns undefined where nothing would be suggested
 */
export function shownDraft(
  draft: Canvas,
  task: CanvasTask,
  { hole, filters, found }: Wanted,
  decoding: Decoding,
  pipeline: Pipeline,
): ShownDraft | undefined {
  const ended = endedMiddle(draft, task, pipeline, undefined);
  const { candidates, why } = candidatesOf({ written: [ended], found }, hole, filters, decoding);
  const [best] = candidates;
  // What was found is no answer yet while the model has written nothing that could stand beside it.
  if (best === undefined || why !== undefined) return undefined;
  const { text, confidence, worth, unasked, source } = hole.lineOpened
    ? candidateWithLineBreak(best, hole.context.eol)
    : best;
  return {
    text,
    confidence,
    isWhole: source !== undefined || ended.middle.isWhole,
    ...(worth === undefined ? {} : { worth }),
    ...(unasked === undefined ? {} : { unasked }),
    ...(source === undefined ? {} : { source }),
  };
}
