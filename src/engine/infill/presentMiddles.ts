import { lowConfidence } from '../../shared/lowConfidence.js';
import type { Candidate, InfillOutcome } from '../../shared/outcome.js';
import { type Postprocess, postprocessAt } from '../postprocess/postprocess.js';
import { isBlank } from '../text/lines.js';
import { onlyOpens } from '../text/onlyOpens.js';
import { type Hole, isOnEmptyLine } from './context/hole.js';
import { withLineBreak } from './context/lineAbove.js';
import { candidateOf, rankCandidates } from './ending/candidates.js';
import { confident } from './ending/confidence.js';
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
  const { middle, end } = ended;
  const { calibration } = decoding.recommended;
  if (isBlank(middle.text) && !middle.isWhole) {
    return { reason: 'low-confidence', detail: 'Nothing that could stand here is likely enough.' };
  }
  const likeliest = fit(middle.text);
  let texts: readonly Candidate[] = [];
  if (likeliest.kind === 'text') {
    texts = calibration?.look
      ? judgedTexts(ended, hole, fit, calibration)
      : [confident(candidateOf(middle, likeliest.text), calibration, end?.share)];
  } else if (isBlank(middle.text) && calibration?.look) {
    // That nothing is missing is likelier than any one text; a start that many of them share may still be likely enough.
    texts = judgedTexts(ended, hole, fit, calibration).filter(({ worth = 0 }) => worth > 0);
  }
  if (texts.length === 0 && likeliest.kind === 'none') return likeliest;
  const [first, ...others] = texts.filter(
    ({ text }) => !(isOnEmptyLine(hole) && onlyOpens(text, hole.code.cursor.inside)),
  );
  if (first === undefined) {
    return { reason: 'only-opens', detail: 'Nothing that could follow the opening is likely enough.' };
  }
  const best = others.reduce((most, other) => ((other.worth ?? 0) > (most.worth ?? 0) ? other : most), first);
  const { minConfidence, trace } = decoding.options;
  if (best.confidence < minConfidence) {
    return { reason: 'low-confidence', detail: lowConfidence(best.confidence, minConfidence) };
  }
  const { considered, ...candidate } = best;
  return trace && considered ? { ...candidate, considered: texts.flatMap((each) => each.considered ?? []) } : candidate;
}
