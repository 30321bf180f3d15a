import type { Candidate } from '../../../shared/outcome.js';
import type { Postprocess } from '../../postprocess/postprocess.js';
import { isAlike } from '../alternatives/alike.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Hole } from '../context/hole.js';
import type { Decoding } from '../plan/decoding.js';
import type { Pipeline } from '../run/pipeline.js';
import type { RunRecord } from '../run/runRecord.js';
import { foundCandidates, foundTrace } from './foundCandidates.js';
import { foundDrafts } from './foundDrafts.js';

/** A text that is as sure needs no other beside it: the model would be right less often. */
const SURE = 0.75;

export interface FoundInProject {
  /** As texts that fit the document, the best first. */
  readonly found: readonly Candidate[];
  /** Whether one was asked for, and the best one is so sure that the model need not write another. */
  readonly isSure: boolean;
}

/** What the project's texts say of a hole; nothing where the model does not say how far they are to be trusted. */
export async function foundInProject(
  hole: Hole,
  task: CanvasTask,
  { fit, mayBeSuggested }: { readonly fit: Postprocess; readonly mayBeSuggested: (candidate: Candidate) => boolean },
  { recommended, options }: Decoding,
  pipeline: Pipeline,
  record: RunRecord,
): Promise<FoundInProject> {
  const { found: calibration } = recommended;
  if (calibration === undefined || !record.hasTimeToRank()) return { found: [], isSure: false };
  const drafts = await foundDrafts(hole, task, pipeline);
  if (options.trace) record.found = foundTrace(drafts, calibration);
  const isOther = ({ text }: Candidate): boolean => !hole.besides?.some((known) => isAlike(known, text));
  const found = foundCandidates(drafts, {
    fit,
    calibration,
    look: recommended.calibration?.look,
    mayBeSuggested,
  }).filter(isOther);
  const [best] = found;
  const isAlone = options.candidates === 1 && !record.isCancelled();
  return { found, isSure: isAlone && best !== undefined && best.confidence >= SURE };
}
