import { lowConfidence } from '../../shared/lowConfidence.js';
import type { Candidate, InfillOutcome, NoneReason } from '../../shared/outcome.js';
import { type Postprocess, postprocessAt } from '../postprocess/postprocess.js';
import { isBlank } from '../text/lines.js';
import type { Hole } from './context/hole.js';
import { withLineBreak } from './context/lineAbove.js';
import { candidateOf, rankCandidates } from './ending/candidates.js';
import { calibratedConfidence } from './ending/confidence.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import type { Decoding } from './plan/decoding.js';
import type { RunRecord } from './run/runRecord.js';

/** The outcome of a hole: its middles as texts that fit the document, the best first, or why there is none. */
export function presentMiddles(
  middles: readonly EndedMiddle[],
  hole: Hole,
  multiline: boolean,
  decoding: Decoding,
  record: RunRecord,
): InfillOutcome {
  const fit = postprocessAt({ ...hole.context, multiline }, hole.code);
  const results = middles.map((ended) => presented(ended, fit, decoding));
  record.clock.endPhase('postprocess');
  const texts = results.flatMap((result) => ('text' in result ? [result] : []));
  const [first] = results;
  const likeliest = decoding.options.temperature === 0 && first && 'text' in first ? first : undefined;
  const candidates = rankCandidates(texts, likeliest);
  if (candidates.length === 0) {
    const [why] = results.flatMap((result) => ('text' in result ? [] : [result]));
    return record.none(why?.reason ?? 'empty', why?.detail ?? '');
  }
  const outcome: InfillOutcome = { kind: 'infill', candidates, report: record.report() };
  return hole.lineOpened ? withLineBreak(outcome, hole.context.eol) : outcome;
}

/** A middle's candidate, or why it is none. */
function presented(
  { middle, end }: EndedMiddle,
  fit: Postprocess,
  { options: { minConfidence }, recommended: { calibration } }: Decoding,
): Candidate | { readonly reason: NoneReason; readonly detail: string } {
  if (isBlank(middle.text) && !middle.isWhole) {
    return { reason: 'low-confidence', detail: 'Nothing that could stand here is likely enough.' };
  }
  const result = fit(middle.text);
  if (result.kind === 'none') return result;
  const uncalibrated = candidateOf(middle, result.text);
  const probabilities = uncalibrated.tokens.map((token) => token.confidence);
  const candidate = calibration
    ? { ...uncalibrated, confidence: calibratedConfidence(calibration, probabilities, end?.share) }
    : uncalibrated;
  if (candidate.confidence >= minConfidence) return candidate;
  return { reason: 'low-confidence', detail: lowConfidence(candidate.confidence, minConfidence) };
}
