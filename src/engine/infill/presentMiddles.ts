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
import type { Decoding } from './plan/decoding.js';
import type { RunRecord } from './run/runRecord.js';
import { worthOf } from './ending/worth.js';
import { type WorthiestText, worthiestText } from './worthiestText.js';

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
  const { minConfidence, trace } = decoding.options;
  if (isBlank(middle.text) && !middle.isWhole) {
    return { reason: 'low-confidence', detail: 'Nothing that could stand here is likely enough.' };
  }
  const likeliest = fit(middle.text);
  const onEmptyLine = isOnEmptyLine(hole);
  const says = ({ text }: Candidate): boolean => !(onEmptyLine && onlyOpens(text, hole.code.cursor.inside));
  const look = calibration?.look;
  let whole: Candidate | undefined;
  if (likeliest.kind === 'text') {
    const candidate = confident(candidateOf(middle, likeliest.text), calibration, end?.share);
    if (says(candidate))
      whole = look ? { ...candidate, worth: worthOf(candidate.text, candidate.confidence, look) } : candidate;
  }
  let unasked: WorthiestText | undefined;
  if (look && (likeliest.kind === 'text' || isBlank(middle.text))) {
    // That nothing is missing may be likelier than any one text, and a start that many of them share likely enough all the same.
    const isMissing = likeliest.kind === 'text';
    const mayBeSuggested = (each: Candidate): boolean => says(each) && (isMissing || (each.worth ?? 0) > 0);
    unasked = worthiestText(ended, { hole, fit, calibration, look, mayBeSuggested, trace });
  }
  const best = withUnasked(whole, unasked);
  if (best === undefined) {
    return likeliest.kind === 'none'
      ? likeliest
      : { reason: 'only-opens', detail: 'Nothing that could follow the opening is likely enough.' };
  }
  const sureEnough = [best, unasked].find((each) => each !== undefined && each.confidence >= minConfidence);
  return sureEnough ?? { reason: 'low-confidence', detail: lowConfidence(best.confidence, minConfidence) };
}

/**
 * The likeliest text, with the start of it that is worth most; the worthiest alone where it goes on from the likeliest, or where the
 * likeliest may not be suggested.
 */
function withUnasked(whole: Candidate | undefined, unasked: WorthiestText | undefined): Candidate | undefined {
  if (unasked === undefined) return whole;
  if (whole === undefined || unasked.text.startsWith(whole.text)) return unasked;
  const { text, confidence, worth, considered } = unasked;
  return {
    ...whole,
    unasked: { text, confidence, worth },
    ...(considered === undefined ? {} : { considered }),
  };
}
