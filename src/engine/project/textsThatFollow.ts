import { type FollowingText, likeness, type ProjectPlace, type TextsThatFollow } from './foundMiddle.js';
import type { HiddenLines } from './hiddenLines.js';
import type { IndexedText } from './indexedText.js';
import { type LeftMatch, leftMatches } from './leftMatches.js';
import { middleEnd } from './middleEnd.js';
import { nextText, writtenLine } from './nextText.js';
import type { Segment } from './segment.js';
import { surroundingTokens, type SurroundingTokens } from './surroundingTokens.js';

/** Units of the text before a cursor that are compared: more than the tokens that count. */
const REACH = 6000;
/** Units behind a place in which what follows the cursor is looked for. */
const REACH_RIGHT = 300;
/** What a place counts that has one equal token less than the most alike: seldom is a shorter match right against a longer one. */
const LESS_ALIKE = 0.4;

/**
 * What stands in the texts of `segments` after the longest match of the text that ends with `written`, and before one of
 * what follows the cursor.
 *
 * @param own the indexed text of the document that is edited
 * @param hidden what of it is left out
 * @param written what stands at the cursor before the place that is asked about, with \n at line ends
 */
export function textsThatFollow(
  segments: readonly Segment[],
  own: IndexedText | undefined,
  hidden: HiddenLines | undefined,
  place: ProjectPlace,
  written: string,
): TextsThatFollow | undefined {
  const before = place.prefix.slice(-REACH) + written;
  const tokens = surroundingTokens({ ...place, offset: place.offset + written.length, prefix: before });
  const matches = leftMatches(segments, own, tokens, hidden).map((match) => ({
    ...match,
    right: equalToRight(match, tokens),
  }));
  const best = matches.reduce((a, b) => (likeness(b) > likeness(a) ? b : a), { left: 0, right: 0 });
  const line = writtenLine(before);
  const texts = new Map<string, FollowingText>();
  for (const match of matches) {
    const text = nextText(match.text.document!.text, match.at, match.ceiling, line, tokens.typed !== '');
    if (text === '') continue;
    const votes = LESS_ALIKE ** (likeness(best) - likeness(match));
    const ownVotes = match.text === own ? votes : 0;
    const known = texts.get(text) ?? { text, votes: 0, ownVotes: 0 };
    texts.set(text, { text, votes: known.votes + votes, ownVotes: known.ownVotes + ownVotes });
  }
  if (texts.size === 0) return undefined;
  const { left, right } = best;
  return { left, right, isBegun: tokens.typed !== '', texts: [...texts.values()].sort((a, b) => b.votes - a.votes) };
}

/** How many tokens behind a place, from where most of them are, are equal to those after the cursor. */
function equalToRight({ text, at, ceiling }: LeftMatch, tokens: SurroundingTokens): number {
  if (tokens.right.length === 0) return 0;
  return middleEnd(text.document!.text, at, Math.min(ceiling, at + REACH_RIGHT), tokens)?.right ?? 0;
}
