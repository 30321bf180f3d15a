import type { InfillOptions } from '../../shared/infillOptions.js';
import type { Candidate, InfillOutcome } from '../../shared/outcome.js';
import { isAlike } from './alternatives/alike.js';
import { withLineBreak } from './context/lineAbove.js';
import type { Hole } from './context/hole.js';
import { asUnasked, rankCandidates, valueOf } from './ending/candidates.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import type { PlaceFilters } from './placeFilters.js';
import type { Decoding } from './plan/decoding.js';
import { presented } from './presented.js';
import type { RunRecord } from './run/runRecord.js';

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
  filters: PlaceFilters,
  decoding: Decoding,
  record: RunRecord,
): InfillOutcome {
  const results = written.map((ended) => presented(ended, hole, filters, decoding));
  record.clock.endPhase('postprocess');
  const texts = results.flatMap((result) => ('text' in result ? [result] : []));
  const [first] = results;
  // Other texts than known ones are all alternatives.
  const isDrawn = decoding.options.temperature > 0 || hole.besides !== undefined;
  const likeliest = !isDrawn && first && 'text' in first ? first : undefined;
  const candidates = bestOf(rankCandidates(texts, likeliest), found, decoding.options);
  if (candidates.length === 0) {
    const [why] = results.flatMap((result) => ('text' in result ? [] : [result]));
    return record.none(why?.reason ?? 'empty', why?.detail ?? '');
  }
  const outcome: InfillOutcome = { kind: 'infill', candidates, report: record.report() };
  return hole.lineOpened ? withLineBreak(outcome, hole.context.eol) : outcome;
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
