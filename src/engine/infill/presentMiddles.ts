import { lowConfidence } from '../../shared/lowConfidence.js';
import type { Candidate, InfillOutcome } from '../../shared/outcome.js';
import { type Postprocess, postprocessAt } from '../postprocess/postprocess.js';
import { isBlank } from '../text/lines.js';
import { onlyOpens } from '../text/onlyOpens.js';
import { type Hole, isOnEmptyLine } from './context/hole.js';
import { withLineBreak } from './context/lineAbove.js';
import { rankCandidates } from './ending/candidates.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import { judgedTexts } from './judgedTexts.js';
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
  const results = middles.map((ended) => presented(ended, hole, fit, decoding));
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

type NoCandidate = Pick<Extract<InfillOutcome, { kind: 'none' }>, 'reason' | 'detail'>;

/** A middle's candidate, or why it is none. */
function presented(ended: EndedMiddle, hole: Hole, fit: Postprocess, decoding: Decoding): Candidate | NoCandidate {
  const { middle } = ended;
  if (isBlank(middle.text) && !middle.isWhole) {
    return { reason: 'low-confidence', detail: 'Nothing that could stand here is likely enough.' };
  }
  const result = fit(middle.text);
  if (result.kind === 'none') return result;
  const texts = judgedTexts(ended, result.text, hole, fit, decoding.recommended);
  const inside = hole.code.cursor.inside;
  const [first, ...others] = texts.filter(({ text }) => !(isOnEmptyLine(hole) && onlyOpens(text, inside)));
  if (first === undefined) {
    return { reason: 'only-opens', detail: 'Nothing that could follow the opening is likely enough.' };
  }
  const best = others.reduce((most, other) => ((other.worth ?? 0) > (most.worth ?? 0) ? other : most), first);
  const { minConfidence, trace } = decoding.options;
  if (best.confidence < minConfidence) {
    return { reason: 'low-confidence', detail: lowConfidence(best.confidence, minConfidence) };
  }
  const { considered: own, ...candidate } = best;
  return trace && own ? { ...candidate, considered: texts.flatMap(({ considered }) => considered ?? []) } : candidate;
}
