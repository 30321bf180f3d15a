import { candidatePositions } from './candidatePositions.js';
import { BLANK, kindOf, WORD } from './characters.js';
import { equalBefore } from './equalTokens.js';
import type { HiddenLines } from './hiddenLines.js';
import type { IndexedText } from './indexedText.js';
import type { AnchorKey, Segment } from './segment.js';
import { LEFT_MOST, type SurroundingTokens } from './surroundingTokens.js';
import { ANCHOR, anchorHash, LINE_BREAK_HASH, markHash, START_HASH, wordHash } from './tokenHash.js';

/** Places that are compared, at most, and of these answered: those that are most alike to the left. */
const COMPARED = 700;
const ANSWERED = 80;

/** A place that stands after the same tokens as the cursor, and behind what is typed of a word there. */
export interface LeftMatch {
  readonly text: IndexedText;
  readonly at: number;
  /** What stands from there on is not looked at. */
  readonly ceiling: number;
  /** Tokens that are equal to the left. */
  readonly left: number;
}

/**
 * Places in the texts of `segments` that stand after the same tokens as the cursor: those with most of them, and of equal ones those in
 * earlier segments.
 *
 * @param own the indexed text of the document that is edited
 * @param hidden what of it is left out
 */
export function leftMatches(
  segments: readonly Segment[],
  own: IndexedText | undefined,
  tokens: SurroundingTokens,
  hidden: HiddenLines | undefined,
): readonly LeftMatch[] {
  const key = anchorKey(tokens);
  if (key === undefined) return [];
  const matches: LeftMatch[] = [];
  for (const { segment, position } of candidatePositions(segments, key, COMPARED)) {
    const found = segment.textAt(position);
    if (found === undefined) continue;
    const match = compareLeft(found.text, found.at, tokens, found.text === own ? hidden : undefined);
    if (match !== undefined) matches.push(match);
  }
  return mostAlike(matches);
}

/** What is looked up: undefined where the text before the cursor is not known that far. */
function anchorKey({ left, fromStart }: SurroundingTokens): AnchorKey | undefined {
  if (left.length < ANCHOR && !fromStart) return undefined;
  const hashes = Array.from({ length: 5 }, (_, index) => {
    const token = left[index];
    return token === undefined ? START_HASH : hashOf(token);
  });
  const [first, second, third, fourth, fifth] = hashes as [number, number, number, number, number];
  return { anchor: anchorHash(first, second, third), fourth, fifth };
}

function hashOf(token: string): number {
  if (token === '\n') return LINE_BREAK_HASH;
  const unit = token.charCodeAt(0);
  return kindOf(unit) === WORD ? wordHash(token, 0, token.length) : markHash(unit);
}

function compareLeft(
  text: IndexedText,
  position: number,
  { left, typed }: SurroundingTokens,
  hidden: HiddenLines | undefined,
): LeftMatch | undefined {
  const { text: string } = text.document!;
  let [floor, ceiling] = [0, string.length];
  if (hidden !== undefined) {
    if (position < hidden.from) ceiling = hidden.from;
    else if (position >= hidden.to && position > hidden.from) floor = hidden.to;
    else return undefined;
  }
  const { equal, start } = equalBefore(string, position, floor, left);
  if (equal < Math.min(ANCHOR, left.length)) return undefined;
  if (equal < ANCHOR && (floor > 0 || !isBlankBefore(string, start))) return undefined;
  const at = afterTyped(string, position, ceiling, typed);
  return at === undefined ? undefined : { text, at, ceiling, left: equal };
}

/** Where a middle begins: after what is typed of a word, if the text has a word that begins so. */
function afterTyped(text: string, position: number, ceiling: number, typed: string): number | undefined {
  if (typed === '') return position;
  let at = position;
  while (at < ceiling && kindOf(text.charCodeAt(at)) === BLANK) at++;
  if (!text.startsWith(typed, at) || at + typed.length > ceiling) return undefined;
  return at + typed.length;
}

function isBlankBefore(text: string, end: number): boolean {
  for (let i = 0; i < end; i++) if (kindOf(text.charCodeAt(i)) !== BLANK) return false;
  return true;
}

/** Those with most equal tokens to the left, in their order. */
function mostAlike(matches: readonly LeftMatch[]): readonly LeftMatch[] {
  if (matches.length <= ANSWERED) return matches;
  const counts = new Array<number>(LEFT_MOST + 1).fill(0);
  for (const { left } of matches) counts[left]!++;
  let [least, above] = [LEFT_MOST, 0];
  while (above + counts[least]! < ANSWERED) above += counts[least--]!;
  let room = ANSWERED - above;
  return matches.filter(({ left }) => left > least || (left === least && room-- > 0));
}
