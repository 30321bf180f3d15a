import type { Candidate, FoundTrace } from '../../../shared/outcome.js';
import type { FoundCalibration } from '../../contract/recommended.js';
import type { Postprocess } from '../../postprocess/postprocess.js';
import { asUnasked, candidateOf, valueOf } from '../ending/candidates.js';
import { type LookCosts, withWorth } from '../ending/worth.js';
import type { FoundDraft } from './foundDrafts.js';
import { chanceOf, featuresOf, textEvidence } from './foundEvidence.js';

export interface FoundOptions {
  readonly fit: Postprocess;
  readonly calibration: FoundCalibration;
  /** See `Calibration`; absent = texts have no worth. */
  readonly look: LookCosts | undefined;
  readonly mayBeSuggested: (candidate: Candidate) => boolean;
}

/** Candidates of texts that were found, as they fit the document, the surest first, each with the start of it that is worth most. */
export function foundCandidates(drafts: readonly FoundDraft[], options: FoundOptions): Candidate[] {
  return drafts
    .flatMap((draft) => {
      const [whole] = candidatesOf(draft, options);
      if (whole === undefined) return [];
      const starts = startsOf(draft).flatMap((start) => candidatesOf(start, options));
      const best = starts.reduce((a, b) => (valueOf(b) > valueOf(a) ? b : a), whole);
      return [best === whole ? whole : { ...whole, unasked: asUnasked(best) }];
    })
    .sort((a, b) => b.confidence - a.confidence);
}

/** What speaks for each draft, for whoever looks on. */
export function foundTrace(drafts: readonly FoundDraft[], calibration: FoundCalibration): FoundTrace[] {
  return drafts.map(({ middle, from, evidence }) => ({
    text: middle.text,
    from,
    confidence: chanceOf(evidence, calibration),
    features: featuresOf(evidence),
  }));
}

function candidatesOf(
  { middle, from, evidence }: FoundDraft,
  { fit, calibration, look, mayBeSuggested }: FoundOptions,
): Candidate[] {
  const result = fit(middle.text);
  if (result.kind === 'none') return [];
  const confidence = chanceOf(evidence, calibration);
  const candidate = withWorth({ ...candidateOf(middle, result.text), confidence, source: from }, look);
  return mayBeSuggested(candidate) ? [candidate] : [];
}

/** The text up to the end of each of its lines but the last: the longer a text, the less sure. */
function startsOf(draft: FoundDraft): FoundDraft[] {
  const { text } = draft.middle;
  const ends = [...text.matchAll(/\n/gu)].map(({ index }) => index).filter((end) => text.slice(0, end).trim() !== '');
  return ends.map((end) => startOf(draft, end));
}

/** What spoke for the whole speaks for its start, but for what its own tokens say. */
function startOf({ middle, from, evidence }: FoundDraft, length: number): FoundDraft {
  const { text, tokens } = candidateOf(middle, middle.text.slice(0, length));
  const logProbs = tokens.map(({ confidence }) => Math.log(confidence));
  return { middle: { ...middle, text, tokens }, from, evidence: { ...evidence, ...textEvidence(text, logProbs) } };
}
