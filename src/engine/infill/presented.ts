import { lowConfidence } from '../../shared/lowConfidence.js';
import type { Candidate, InfillOutcome } from '../../shared/outcome.js';
import { isBlank } from '../text/lines.js';
import type { Hole } from './context/hole.js';
import { breaksOff, likeliestLength } from './breaksOff.js';
import { asUnasked, candidateOf } from './ending/candidates.js';
import { confident } from './ending/confidence.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import type { PlaceFilters } from './placeFilters.js';
import type { Decoding } from './plan/decoding.js';
import { withWorth } from './ending/worth.js';
import { type WorthiestText, worthiestText } from './worthiestText.js';

export type NoCandidate = Pick<Extract<InfillOutcome, { kind: 'none' }>, 'reason' | 'detail'>;

/** A middle's candidate, or why it is none. */
export function presented(
  ended: EndedMiddle,
  hole: Hole,
  filters: PlaceFilters,
  decoding: Decoding,
): Candidate | NoCandidate {
  const { middle, written, end } = ended;
  const { calibration } = decoding.recommended;
  const { minConfidence, trace } = decoding.options;
  if (isBlank(middle.text) && !middle.isWhole) {
    return { reason: 'low-confidence', detail: 'Nothing that could stand here is likely enough.' };
  }
  const look = calibration?.look;
  // Where whole lines are taken, the rest of the likeliest text's line belongs to it.
  const source = look ? written : middle;
  const text = source.text.slice(0, look ? likeliestLength(ended, hole) : middle.text.length);
  const likeliest = filters.fit(text);
  let whole: Candidate | undefined;
  if (likeliest.kind === 'text' && !(look && breaksOff(text, ended, hole))) {
    const candidate = withWorth(confident(candidateOf(source, likeliest.text), calibration, end?.share), look);
    if (filters.mayBeSuggested(candidate)) whole = candidate;
  }
  let unasked: WorthiestText | undefined;
  if (look && (likeliest.kind === 'text' || isBlank(middle.text))) {
    // That nothing is missing may be likelier than any one text, and a start that many of them share likely enough all the same.
    const isMissing = likeliest.kind === 'text';
    const mayBeSuggested = (each: Candidate): boolean =>
      filters.mayBeSuggested(each) && (isMissing || (each.worth ?? 0) > 0);
    unasked = worthiestText(ended, {
      hole,
      fit: filters.fit,
      calibration,
      look,
      mayBeSuggested,
      goesOn: whole === undefined,
      trace,
    });
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

/** The likeliest text, with the start of it that is worth most; the worthiest alone where the likeliest may not be suggested. */
function withUnasked(whole: Candidate | undefined, unasked: WorthiestText | undefined): Candidate | undefined {
  if (whole === undefined || unasked === undefined) return whole ?? unasked;
  const { text, considered } = unasked;
  return {
    ...whole,
    ...(text === whole.text ? {} : { unasked: asUnasked(unasked) }),
    ...(considered === undefined ? {} : { considered }),
  };
}
