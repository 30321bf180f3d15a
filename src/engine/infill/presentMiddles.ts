import { lowConfidence } from '../../shared/lowConfidence.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import type { Candidate, InfillOutcome } from '../../shared/outcome.js';
import type { Postprocess } from '../postprocess/postprocess.js';
import { isBlank } from '../text/lines.js';
import { onlyOpens } from '../text/onlyOpens.js';
import { type Hole, isOnEmptyLine } from './context/hole.js';
import { withLineBreak } from './context/lineAbove.js';
import { candidateOf, rankCandidates, valueOf } from './ending/candidates.js';
import { confident } from './ending/confidence.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import type { Decoding } from './plan/decoding.js';
import type { RunRecord } from './run/runRecord.js';
import { worthOf } from './ending/worth.js';
import { type WorthiestText, worthiestText } from './worthiestText.js';

/** What an outcome is made of. */
export interface Middles {
  /** What the model wrote; none where it was not asked to. */
  readonly written: readonly EndedMiddle[];
  /** What was found in the project, the surest first. */
  readonly found: readonly Candidate[];
}

/** The outcome of a hole: its middles as texts that fit the document, the best first, or why there is none. */
export function presentMiddles(
  { written, found }: Middles,
  hole: Hole,
  fit: Postprocess,
  decoding: Decoding,
  record: RunRecord,
): InfillOutcome {
  const results = written.map((ended) => presented(ended, hole, fit, decoding));
  record.clock.endPhase('postprocess');
  const texts = results.flatMap((result) => ('text' in result ? [result] : []));
  const [first] = results;
  const likeliest = decoding.options.temperature === 0 && first && 'text' in first ? first : undefined;
  const candidates = bestOf(rankCandidates(texts, likeliest), found, decoding.options);
  if (candidates.length === 0) {
    const [why] = results.flatMap((result) => ('text' in result ? [] : [result]));
    return record.none(why?.reason ?? 'empty', why?.detail ?? '');
  }
  const outcome: InfillOutcome = { kind: 'infill', candidates, report: record.report() };
  return hole.lineOpened ? withLineBreak(outcome, hole.context.eol) : outcome;
}

/** A text that was found has to be so sure where the model says that nothing is missing, or nothing that is likely enough. */
const SURER_THAN_NOTHING = 0.5;

/**
 * At most as many as were asked for, by what they are worth: those that the model wrote, in their order, and those that were found.
 * Alternatives are of both kinds where there are both.
 */
function bestOf(
  ranked: readonly Candidate[],
  found: readonly Candidate[],
  { candidates: most, minConfidence }: InfillOptions,
): readonly Candidate[] {
  const least = Math.max(minConfidence, ranked.length === 0 ? SURER_THAN_NOTHING : 0);
  const sure = found.filter(({ confidence }) => confidence >= least);
  const [first] = ranked;
  const isBetter = (each: Candidate): boolean => first === undefined || valueOf(each) > valueOf(first);
  const [best, ...others] = rankCandidates(sure);
  const merged =
    best === undefined
      ? ranked
      : isBetter(best)
        ? [best, ...ranked, ...others]
        : [...ranked.slice(0, 1), best, ...ranked.slice(1), ...others];
  return merged.filter(({ text }, i) => merged.findIndex((other) => other.text === text) === i).slice(0, most);
}

type NoCandidate = Pick<Extract<InfillOutcome, { kind: 'none' }>, 'reason' | 'detail'>;

/** Whether a text is more than the opening of something on an empty line. */
export function saysSomething({ text }: Pick<Candidate, 'text'>, hole: Pick<Hole, 'lines' | 'code'>): boolean {
  return !(isOnEmptyLine(hole) && onlyOpens(text, hole.code.cursor.inside));
}

/** A middle's candidate, or why it is none. */
function presented(ended: EndedMiddle, hole: Hole, fit: Postprocess, decoding: Decoding): Candidate | NoCandidate {
  const { middle, end } = ended;
  const { calibration } = decoding.recommended;
  const { minConfidence, trace } = decoding.options;
  if (isBlank(middle.text) && !middle.isWhole) {
    return { reason: 'low-confidence', detail: 'Nothing that could stand here is likely enough.' };
  }
  const likeliest = fit(middle.text);
  const says = (candidate: Candidate): boolean => saysSomething(candidate, hole);
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
