import { type FoundMiddle, likeness, type ProjectPlace } from './foundMiddle.js';
import { hiddenIn } from './hiddenLines.js';
import type { IndexedText } from './indexedText.js';
import { type LeftMatch, leftMatches } from './leftMatches.js';
import { middleEnd } from './middleEnd.js';
import { middleText } from './middleText.js';
import type { Segment } from './segment.js';
import { surroundingTokens, type SurroundingTokens } from './surroundingTokens.js';

/**
 * What stands in the texts of `segments` between neighbours like those of the cursor, the most alike first: by the tokens that are
 * equal to the left and (at most ten) to the right, then by the places where the same was found; of equal ones those in the same language first, then by the order of `segments`.
 *
 * @param own the indexed text of the document that is edited
 */
export function findMiddles(
  segments: readonly Segment[],
  own: IndexedText | undefined,
  place: ProjectPlace,
  most: number,
): FoundMiddle[] {
  const tokens = surroundingTokens(place);
  const candidates = leftMatches(segments, own, tokens, hiddenIn(own, place));
  return inOrder(candidates, tokens, place.languageId, most);
}

function inOrder(
  candidates: readonly LeftMatch[],
  tokens: SurroundingTokens,
  languageId: string,
  most: number,
): FoundMiddle[] {
  const isForeign = ({ text }: LeftMatch): number => Number(text.document!.languageId !== languageId);
  const middles = new Map<string, { best: LeftMatch; right: number; votes: number }>();
  for (const candidate of candidates) {
    const string = candidate.text.document!.text;
    const ended = middleEnd(string, candidate.at, candidate.ceiling, tokens);
    if (ended === undefined) continue;
    const { end, right, hasTokens } = ended;
    const text = hasTokens ? middleText(string, candidate.at, end, tokens) : '';
    const known = middles.get(text);
    if (known === undefined) middles.set(text, { best: candidate, right, votes: 1 });
    else {
      known.votes++;
      if (likeness({ left: candidate.left, right }) > likeness({ left: known.best.left, right: known.right })) {
        known.best = candidate;
        known.right = right;
      }
    }
  }
  return [...middles]
    .map(([text, { best, right, votes }]) => ({ text, best, left: best.left, right, votes }))
    .sort((a, b) => likeness(b) - likeness(a) || b.votes - a.votes || isForeign(a.best) - isForeign(b.best))
    .slice(0, most)
    .map(({ text, best, left, right, votes }) => {
      const { uri, path } = best.text.document!;
      return { text, left, right, votes, from: { uri, path, line: best.text.lineOf(best.at) } };
    });
}
