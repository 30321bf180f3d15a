import { candidatePositions } from './candidatePositions.js';
import { BLANK, kindOf, WORD } from './characters.js';
import { equalBefore } from './equalTokens.js';
import { type FoundMiddle, likeness, type ProjectPlace } from './foundMiddle.js';
import { hiddenLines } from './hiddenLines.js';
import type { IndexedText } from './indexedText.js';
import { middleEnd } from './middleEnd.js';
import { middleText } from './middleText.js';
import type { AnchorKey, Segment } from './segment.js';
import { LEFT_MOST, surroundingTokens, type SurroundingTokens } from './surroundingTokens.js';
import { ANCHOR, anchorHash, LINE_BREAK_HASH, markHash, START_HASH, wordHash } from './tokenHash.js';

/** Texts that are compared to the left, at most, and of these to the right: those that are most alike to the left. */
const LEFT_COMPARED = 700;
const RIGHT_COMPARED = 80;

/** A position that stands after the same tokens as the cursor. */
interface Candidate {
  readonly text: IndexedText;
  readonly at: number;
  readonly ceiling: number;
  readonly left: number;
}

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
  const key = anchorKey(tokens);
  if (key === undefined) return [];
  const ownText = own?.document?.text;
  const hidden = ownText === undefined ? undefined : hiddenLines(ownText, place);
  const candidates: Candidate[] = [];
  for (const { segment, position } of candidatePositions(segments, key, LEFT_COMPARED)) {
    const found = segment.textAt(position);
    if (found === undefined) continue;
    const candidate = compareLeft(found.text, found.at, tokens, found.text === own ? hidden : undefined);
    if (candidate !== undefined) candidates.push(candidate);
  }
  return inOrder(mostAlike(candidates), tokens, place.languageId, most);
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
  hidden: { from: number; to: number } | undefined,
): Candidate | undefined {
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
function mostAlike(candidates: readonly Candidate[]): readonly Candidate[] {
  if (candidates.length <= RIGHT_COMPARED) return candidates;
  const counts = new Array<number>(LEFT_MOST + 1).fill(0);
  for (const { left } of candidates) counts[left]!++;
  let [least, above] = [LEFT_MOST, 0];
  while (above + counts[least]! < RIGHT_COMPARED) above += counts[least--]!;
  let room = RIGHT_COMPARED - above;
  return candidates.filter(({ left }) => left > least || (left === least && room-- > 0));
}

function inOrder(
  candidates: readonly Candidate[],
  tokens: SurroundingTokens,
  languageId: string,
  most: number,
): FoundMiddle[] {
  const isForeign = ({ text }: Candidate): number => Number(text.document!.languageId !== languageId);
  const middles = new Map<string, { best: Candidate; right: number; votes: number }>();
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
