import { BLANK, kindOf, LINE_BREAK, lineBreakStart, WORD } from './characters.js';
import type { ProjectPlace } from './foundMiddle.js';
import { tokensOf } from './textToken.js';

/** Equal tokens that are counted at most on either side. */
export const LEFT_MOST = 64;
export const RIGHT_MOST = 32;

/** Units on either side that are read for them at most: a line may be of any length. */
const REACH = 4000;

/** The tokens around a cursor. A line break is `\n` here, whatever it is in the text. */
export interface SurroundingTokens {
  /** The nearest first; an identifier that the cursor ends is not among them. */
  readonly left: readonly string[];
  /** Whether the document begins before the last of `left`. */
  readonly fromStart: boolean;
  /** The part of an identifier that stands right before the cursor; empty where there is none. */
  readonly typed: string;
  /** The nearest first. */
  readonly right: readonly string[];
  /** How many of `right` are in the cursor's line, its line break among them. */
  readonly restOfLine: number;
  /** Whether the cursor is inside a word: the first token to the right is the end of one. */
  readonly insideWord: boolean;
  /** Whether blanks, a line's beginning or end, stand at the cursor's side, so that a middle brings none. */
  readonly blankBefore: boolean;
  readonly blankAfter: boolean;
}

/** What stands around a place. */
export function surroundingTokens({ prefix, suffix, offset }: ProjectPlace): SurroundingTokens {
  let typedFrom = prefix.length;
  while (typedFrom > 0 && kindOf(prefix.charCodeAt(typedFrom - 1)) === WORD) typedFrom--;
  const typed = prefix.slice(typedFrom);
  const { left, reachedStart } = tokensBefore(prefix, typedFrom);
  const right = tokensAfter(suffix);
  const lineEnd = right.indexOf('\n');
  const wordAfter = suffix !== '' && kindOf(suffix.charCodeAt(0)) === WORD;
  return {
    left,
    fromStart: reachedStart && offset <= prefix.length,
    typed,
    right,
    restOfLine: lineEnd < 0 ? right.length : lineEnd + 1,
    insideWord: typed !== '' && wordAfter,
    blankBefore: prefix === '' || isSpace(prefix.charCodeAt(prefix.length - 1)),
    blankAfter: suffix === '' || isSpace(suffix.charCodeAt(0)),
  };
}

function isSpace(unit: number): boolean {
  const kind = kindOf(unit);
  return kind === BLANK || kind === LINE_BREAK;
}

function tokensBefore(text: string, end: number): { left: string[]; reachedStart: boolean } {
  const floor = Math.max(0, end - REACH);
  const left: string[] = [];
  let at = end;
  while (at > floor && left.length < LEFT_MOST) {
    const kind = kindOf(text.charCodeAt(at - 1));
    if (kind === BLANK) {
      at--;
      continue;
    }
    let start = at - 1;
    if (kind === LINE_BREAK) start = lineBreakStart(text, at, 0);
    else if (kind === WORD) while (start > floor && kindOf(text.charCodeAt(start - 1)) === WORD) start--;
    // A word that goes on beyond what is read is no token.
    if (start === floor && floor > 0) break;
    left.push(kind === LINE_BREAK ? '\n' : text.slice(start, at));
    at = start;
  }
  return { left, reachedStart: at === 0 };
}

function tokensAfter(text: string): string[] {
  return tokensOf(text.slice(0, REACH), RIGHT_MOST).map((token) => token.text);
}
