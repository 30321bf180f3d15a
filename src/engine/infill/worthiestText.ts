import type { Candidate, ConsideredText } from '../../shared/outcome.js';
import type { Calibration } from '../contract/recommended.js';
import type { Postprocess } from '../postprocess/postprocess.js';
import { balancePlaceOf, isBalanced } from '../text/balance.js';
import { isBlank } from '../text/lines.js';
import { openEndsAfter } from '../text/openEnds.js';
import type { Hole } from './context/hole.js';
import { breaksOff, likeliestLength, takesWholeLines } from './breaksOff.js';
import { candidateOf } from './ending/candidates.js';
import { confident, logJointOf } from './ending/confidence.js';
import type { EndedMiddle } from './ending/endedMiddles.js';
import { shareReaching } from './ending/likeliestEnd.js';
import { startsOf } from './ending/starts.js';
import { type LookCosts, withWorth } from './ending/worth.js';

export interface WorthiestOptions {
  readonly hole: Hole;
  readonly fit: Postprocess;
  readonly calibration: Calibration;
  readonly look: LookCosts;
  readonly mayBeSuggested: (candidate: Candidate) => boolean;
  /** Whether texts beyond the likeliest end are to be considered. */
  readonly goesOn: boolean;
  /** Whether every text is to be considered, and told. */
  readonly trace: boolean;
}

type Judged = Candidate & { readonly worth: number };

export type WorthiestText = Judged & Pick<Candidate, 'considered'>;

/**
 * Of the texts that what was written could be cut to, the one that is worth most; undefined where none may be suggested. Making a
 * text fit the document takes a while, so that is tried in the order of what the texts are worth before it, up to where nothing can
 * be worth more.
 */
export function worthiestText(
  ended: EndedMiddle,
  { hole, fit, calibration, look, mayBeSuggested, goesOn, trace }: WorthiestOptions,
): WorthiestText | undefined {
  const { written, end } = ended;
  const shareOf = (length: number): number | undefined => end && shareReaching(length, end.compared);
  const judged = (text: string, length: number): Judged =>
    withWorth(confident(candidateOf(written, text), calibration, shareOf(length)), look);
  const wholeLines = takesWholeLines(hole);
  const insideLine = !isBlank(hole.lines.rest);
  const around = balancePlaceOf(hole.code, hole.context.suffix);
  const mayEnd = (text: string): boolean => isBalanced(text, around);
  const place = { wholeLines, openEnds: openEndsAfter(hole.code), mayEnd };
  const likeliest = likeliestLength(ended, hole);
  // What was written beyond the likeliest end goes on where the text behind the hole does. It is looked at only where nothing stands
  // there in the line, and what stands before that end could not be suggested.
  const most = insideLine || !goesOn ? likeliest : Infinity;
  const lengths = new Set([
    ...startsOf(written, end?.compared ?? [], place).filter((length) => length <= most),
    likeliest,
  ]);
  const starts = [...lengths].flatMap((length) => {
    const text = written.text.slice(0, length);
    return isBlank(text) || breaksOff(text, ended, hole) ? [] : [{ text, length, worth: judged(text, length).worth }];
  });
  starts.sort((a, b) => b.worth - a.worth || a.length - b.length);
  const considered = new Map<string, ConsideredText>();
  let best: Judged | undefined;
  for (const { text, length, worth } of starts) {
    if (best !== undefined && best.worth >= worth && !trace) break;
    const result = fit(text);
    if (result.kind === 'none' || considered.has(result.text)) continue;
    const found = judged(result.text, length);
    considered.set(result.text, consideredText(found, shareOf(length)));
    if (mayBeSuggested(found) && (best === undefined || found.worth > best.worth)) best = found;
  }
  return best && (trace ? { ...best, considered: [...considered.values()] } : best);
}

function consideredText({ text, tokens, confidence }: Candidate, share: number | undefined): ConsideredText {
  const logJoint = logJointOf(tokens.map((token) => token.confidence));
  return { text, confidence, logJoint, ...(share === undefined ? {} : { share }) };
}
