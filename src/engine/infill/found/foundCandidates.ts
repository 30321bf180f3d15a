import type { Candidate, FoundTrace } from '../../../shared/outcome.js';
import type { FoundCalibration } from '../../contract/recommended.js';
import type { Postprocess } from '../../postprocess/postprocess.js';
import { candidateOf, valueOf } from '../ending/candidates.js';
import { type LookCosts, worthOf } from '../ending/worth.js';
import type { FoundDraft } from './foundDrafts.js';
import { chanceOf, featuresOf, type FoundEvidence } from './foundEvidence.js';

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
      const { text, confidence, worth = 0 } = best;
      return [best === whole ? whole : { ...whole, unasked: { text, confidence, worth, source: draft.from } }];
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
  const candidate: Candidate = {
    ...candidateOf(middle, result.text),
    confidence,
    ...(look === undefined ? {} : { worth: worthOf(result.text, confidence, look) }),
    source: from,
  };
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
  const start = candidateOf(middle, middle.text.slice(0, length));
  const logProbs = start.tokens.map(({ confidence }) => Math.log(confidence));
  const logText = logProbs.reduce((total, value) => total + value, 0);
  const ofStart: FoundEvidence = {
    ...evidence,
    characters: length,
    logText,
    meanToken: logText / Math.max(1, logProbs.length),
    leastToken: Math.min(0, ...logProbs),
  };
  return { middle: { ...middle, text: start.text, tokens: start.tokens }, from, evidence: ofStart };
}
