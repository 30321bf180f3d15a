import type { Candidate } from '../../../shared/outcome.js';
import type { Postprocess } from '../../postprocess/postprocess.js';
import type { CanvasTask } from '../canvas/canvasTask.js';
import type { Hole } from '../context/hole.js';
import type { Decoding } from '../plan/decoding.js';
import type { Pipeline } from '../run/pipeline.js';
import type { RunRecord } from '../run/runRecord.js';
import { foundCandidates, foundTrace } from './foundCandidates.js';
import { foundDrafts } from './foundDrafts.js';
import { placeOf } from './foundTexts.js';
import { secondOpinion } from './secondOpinion.js';

/** A text that is as sure needs no other beside it: the model would be right less often. */
const SURE = 0.75;

export interface FoundInProject {
  /** As texts that fit the document, the best first. */
  readonly found: readonly Candidate[];
  /** Whether one was asked for, and the best one is so sure that the model need not write another. */
  readonly isSure: boolean;
  /** What the texts say of each token, as the part of a task that holds it; empty where they take no part in that. */
  readonly opinion: Pick<CanvasTask, 'opinion'>;
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
  const opinion = opinionOn(hole, task, { recommended, options }, pipeline, record);
  if (calibration === undefined || !record.hasTimeToRank()) return { found: [], isSure: false, opinion };
  const drafts = await foundDrafts(hole, task, pipeline);
  if (options.trace) record.found = foundTrace(drafts, calibration);
  const found = foundCandidates(drafts, { fit, calibration, look: recommended.calibration?.look, mayBeSuggested });
  const [best] = found;
  const isAlone = options.candidates === 1 && !record.isCancelled();
  return { found, isSure: isAlone && best !== undefined && best.confidence >= SURE, opinion };
}

function opinionOn(
  hole: Hole,
  task: CanvasTask,
  { recommended, options }: Pick<Decoding, 'recommended' | 'options'>,
  { tokenizer, project }: Pipeline,
  { opinions }: RunRecord,
): FoundInProject['opinion'] {
  const { mixture: weights } = recommended;
  const place = placeOf(hole);
  if (project === undefined || weights === undefined || place === undefined) return {};
  const trace = options.trace ? { trace: opinions } : {};
  return { opinion: secondOpinion({ task, tokenizer, weights, following: project.following(place), ...trace }) };
}
