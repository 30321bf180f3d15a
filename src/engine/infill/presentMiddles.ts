import { lowConfidence } from '../../shared/lowConfidence.js';
import type { InfillOptions } from '../../shared/infillOptions.js';
import { continuesIdentifier, isBehindEntry } from '../../shared/infillRequest.js';
import type { Candidate, InfillOutcome } from '../../shared/outcome.js';
import { type Postprocess, postprocessAt } from '../postprocess/postprocess.js';
import { isBlank } from '../text/lines.js';
import { onlyOpens } from '../text/onlyOpens.js';
import { isAlike } from './alternatives/alike.js';
import { type Hole, isOnEmptyLine } from './context/hole.js';
import { breaksOff, likeliestLength } from './breaksOff.js';
import { wholeOutcome } from './conditions/wholeOutcome.js';
import { withLineBreak } from './context/lineAbove.js';
import { asUnasked, candidateOf, type Middle, rankCandidates, valueOf } from './ending/candidates.js';
import { candidateMeets, demandedText } from './demandedText.js';
import { confident } from './ending/confidence.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import type { Decoding } from './plan/decoding.js';
import type { RunRecord } from './run/runRecord.js';
import { withWorth } from './ending/worth.js';
import { type WorthiestText, worthiestText } from './worthiestText.js';

/** What makes texts fit a place, and which of them may stand there. */
export interface PlaceFilters {
  readonly fit: Postprocess;
  /** Whether a text is more than the opening of something on an empty line. */
  readonly mayBeSuggested: (candidate: Candidate) => boolean;
}

export function filtersAt(hole: Hole, multiline: boolean): PlaceFilters {
  const { demands } = hole;
  const isOnEmpty = isOnEmptyLine(hole);
  const meets = (candidate: Candidate): boolean => demands === undefined || candidateMeets(candidate, demands);
  return {
    fit: afterEntry(hole, postprocessAt({ ...hole.context, multiline }, hole.code)),
    mayBeSuggested: (candidate) =>
      !(isOnEmpty && onlyOpens(candidate.text, hole.code.cursor.inside)) && meets(candidate),
  };
}

/** A whole name that was taken from a list is not made longer. */
function afterEntry(hole: Hole, fit: Postprocess): Postprocess {
  if (!isBehindEntry(hole)) return fit;
  return (text, onAct) =>
    continuesIdentifier(text)
      ? { kind: 'none', reason: 'unlikely-entry', detail: 'The model would only make the name longer.' }
      : fit(text, onAct);
}

/** What an outcome is made of. */
export interface Middles {
  /** What the model wrote; none where it was not asked to. */
  readonly written: readonly EndedMiddle[];
  /** What was found in the project, the surest first. */
  readonly found: readonly Candidate[];
}

/** The outcome of a hole: its middles as texts that fit the document, the best first, or why there is none. */
export function presentMiddles(
  middles: Middles,
  hole: Hole,
  filters: PlaceFilters,
  decoding: Decoding,
  record: RunRecord,
): InfillOutcome {
  const outcome = presentedOutcome(middles, hole, filters, decoding, record);
  const broken = hole.lineOpened ? withLineBreak(outcome, hole.context.eol) : outcome;
  return hole.demands ? wholeOutcome(broken, hole.demands) : broken;
}

function presentedOutcome(
  { written, found }: Middles,
  hole: Hole,
  filters: PlaceFilters,
  decoding: Decoding,
  record: RunRecord,
): InfillOutcome {
  const { candidates, why } = candidatesOf({ written, found }, hole, filters, decoding);
  record.clock.endPhase('postprocess');
  if (candidates.length === 0) {
    const none = record.none(why?.reason ?? 'empty', why?.detail ?? '');
    return why?.doubtful === undefined ? none : { ...none, doubtful: why.doubtful };
  }
  return { kind: 'infill', candidates, report: record.report() };
}

/** The texts that fit the document, the best first, and why others are none. */
export function candidatesOf(
  { written, found }: Middles,
  hole: Hole,
  filters: PlaceFilters,
  decoding: Decoding,
): { readonly candidates: readonly Candidate[]; readonly why: NoCandidate | undefined } {
  const results = written.map((ended) => presented(ended, hole, filters, decoding));
  const texts = results.flatMap((result) => ('text' in result ? [result] : []));
  const [first] = results;
  // Other texts than known ones are all alternatives.
  const isDrawn = decoding.options.temperature > 0 || hole.besides !== undefined;
  const likeliest = !isDrawn && first && 'text' in first ? first : undefined;
  const reasons = results.flatMap((result) => ('text' in result ? [] : [result]));
  return {
    candidates: bestOf(rankCandidates(texts, likeliest), found, decoding.options),
    why: reasons.find(({ doubtful }) => doubtful !== undefined) ?? reasons[0],
  };
}

/** A text that was found has to be so sure where the model says that nothing is missing, or nothing that is likely enough. */
const SURER_THAN_NOTHING = 0.3;

/**
 * At most as many as were asked for: what the model wrote, in its order, and what was found. The surest of the two firsts comes first, the
 * other one after it, so that alternatives are of both kinds where there are both. Unasked, the one of all that is worth most is shown.
 */
function bestOf(
  written: readonly Candidate[],
  found: readonly Candidate[],
  { candidates: most, minConfidence }: InfillOptions,
): readonly Candidate[] {
  const least = Math.max(minConfidence, written.length === 0 ? SURER_THAN_NOTHING : 0);
  const sure = found.filter(({ confidence }) => confidence >= least);
  const [firstWritten, ...othersWritten] = written;
  const [firstFound, ...othersFound] = sure;
  if (firstFound === undefined) return differing(written);
  const firsts = [firstFound, ...(firstWritten === undefined ? [] : [firstWritten])];
  firsts.sort((a, b) => b.confidence - a.confidence);
  const all = [...firsts, ...othersWritten, ...othersFound];
  const each = differing(all).slice(0, most);
  return each.map((candidate, i) => (i === 0 ? withWorthiest(candidate, firsts) : candidate));
}

/** Those that none before them is like. */
function differing(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates.reduce<readonly Candidate[]>(
    (kept, each) => (kept.some(({ text }) => isAlike(text, each.text)) ? kept : [...kept, each]),
    [],
  );
}

/** The candidate with what is worth most unasked of all of `candidates`, itself among them. */
function withWorthiest(candidate: Candidate, candidates: readonly Candidate[]): Candidate {
  const worthiest = candidates.reduce((a, b) => (valueOf(b) > valueOf(a) ? b : a), candidate);
  if (worthiest === candidate) return candidate;
  return { ...candidate, unasked: worthiest.unasked ?? asUnasked(worthiest) };
}

type NoCandidate = Pick<Extract<InfillOutcome, { kind: 'none' }>, 'reason' | 'detail' | 'doubtful'>;

/** A middle's candidate, or why it is none. */
export function presented(
  ended: EndedMiddle,
  hole: Hole,
  filters: PlaceFilters,
  decoding: Decoding,
): Candidate | NoCandidate {
  const { demands } = hole;
  const result = likeliestCandidate(ended, hole, filters, decoding);
  if (demands === undefined || 'text' in result) return result;
  const { doubtful, ...none } = result;
  const otherwise = doubtful && candidateMeets(doubtful, demands) ? result : none;
  // What lies between a start and an end may be nothing; a text or a length that was asked for is not given up for a filter.
  if (demands.contains === undefined && !demands.isSized) return otherwise;
  const demanded = demandedText(ended, { ...hole, demands }, filters.fit);
  if (demanded === undefined) return otherwise;
  const { calibration } = decoding.recommended;
  const judged = confident(candidateOf(demanded.source, demanded.text), calibration, undefined);
  const candidate = withWorth(judged, calibration?.look);
  const { minConfidence } = decoding.options;
  if (candidate.confidence >= minConfidence) return candidate;
  return {
    reason: 'low-confidence',
    detail: lowConfidence(candidate.confidence, minConfidence),
    doubtful: candidate,
  };
}

function likeliestCandidate(
  ended: EndedMiddle,
  hole: Hole,
  filters: PlaceFilters,
  decoding: Decoding,
): Candidate | NoCandidate {
  const { middle, written, end, guessed } = ended;
  const { calibration } = decoding.recommended;
  const { minConfidence, trace } = decoding.options;
  const look = calibration?.look;
  const judged = (from: Middle, fitting: string): Candidate =>
    withWorth(confident(candidateOf(from, fitting), calibration, end?.share), look);
  if (guessed !== undefined) {
    const guess = filters.fit(guessed.text);
    return {
      reason: 'low-confidence',
      detail: 'No continuation was likely enough.',
      ...(guess.kind === 'text' ? { doubtful: judged(guessed, guess.text) } : {}),
    };
  }
  // Where whole lines are taken, the rest of the likeliest text's line belongs to it.
  const source = look ? written : middle;
  const text = source.text.slice(0, look ? likeliestLength(ended, hole) : middle.text.length);
  const likeliest = filters.fit(text);
  let whole: Candidate | undefined;
  if (likeliest.kind === 'text' && !(look && breaksOff(text, ended, hole))) {
    const candidate = judged(source, likeliest.text);
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
    const { text: fitting } = likeliest.kind === 'text' ? likeliest : { text: likeliest.doubtful };
    const doubtful = fitting === undefined ? {} : { doubtful: judged(source, fitting) };
    return likeliest.kind === 'none'
      ? { reason: likeliest.reason, detail: likeliest.detail, ...doubtful }
      : { reason: 'only-opens', detail: 'No continuation after the opening was likely enough.', ...doubtful };
  }
  const sureEnough = [best, unasked].find((each) => each !== undefined && each.confidence >= minConfidence);
  return (
    sureEnough ?? {
      reason: 'low-confidence',
      detail: lowConfidence(best.confidence, minConfidence),
      doubtful: best,
    }
  );
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
