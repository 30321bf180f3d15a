import { BLANK, kindOf, LINE_BREAK, lineBreakEnd, WORD } from './characters.js';
import { equalAfter } from './equalTokens.js';
import { RIGHT_ENOUGH } from './foundMiddle.js';
import type { SurroundingTokens } from './surroundingTokens.js';

/** Lines that a middle has at most. */
export const MOST_LINES = 10;
/** Units that a middle has at most. */
const MOST_UNITS = 2000;

/** Where a middle ends, and how much of what follows there is as after the cursor. */
export interface MiddleEnd {
  readonly end: number;
  readonly right: number;
  /** Whether a token stands in the middle. */
  readonly hasTokens: boolean;
}

/**
 * Where a middle that begins at `start` ends: where what follows is most like what follows the cursor, of equal ones the first.
 * A later line than the first is taken only where all that follows the cursor in its line stands there too. Where nothing but a
 * line break follows the cursor, every line end will do.
 *
 * @param ceiling what stands from there on is not looked at
 * @returns undefined where nothing is alike
 */
export function middleEnd(
  text: string,
  start: number,
  ceiling: number,
  tokens: SurroundingTokens,
): MiddleEnd | undefined {
  const { right, restOfLine, insideWord, typed } = tokens;
  const next = right[0] ?? '\n';
  const nextKind = next === '\n' ? LINE_BREAK : kindOf(next.charCodeAt(0));
  const last = Math.min(ceiling, start + MOST_UNITS);
  const enough = Math.min(RIGHT_ENOUGH, right.length);
  let best: MiddleEnd | undefined;
  let lines = 1;
  let hasTokens = false;
  const propose = (end: number, equal: number): void => {
    if (lines > 1 && equal < Math.min(restOfLine, RIGHT_ENOUGH)) return;
    if (best !== undefined && Math.min(equal, RIGHT_ENOUGH) <= Math.min(best.right, RIGHT_ENOUGH)) return;
    best = { end, right: equal, hasTokens };
  };
  let at = start;
  // The rest of a partly typed word is no token of its own.
  if (typed !== '' && !insideWord) while (at < ceiling && kindOf(text.charCodeAt(at)) === WORD) at++;
  hasTokens = at > start;
  while (at < last && (best === undefined || best.right < enough)) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind === BLANK) {
      at++;
      continue;
    }
    let end = at + 1;
    if (kind === WORD) while (end < ceiling && kindOf(text.charCodeAt(end)) === WORD) end++;
    else if (kind === LINE_BREAK) end = lineBreakEnd(text, at);
    if (kind === nextKind) {
      if (insideWord) {
        const cut = end - next.length;
        if (cut >= at && text.startsWith(next, cut)) {
          hasTokens ||= cut > at;
          propose(cut, 1 + equalAfter(text, end, ceiling, right, 1));
        }
      } else {
        const equal = equalAfter(text, at, ceiling, right, 0);
        if (equal > 0 || right.length === 0) propose(at, equal);
      }
    }
    if (kind === LINE_BREAK && ++lines > MOST_LINES) return best;
    hasTokens = true;
    at = end;
  }
  // The end of a document is the end of a line.
  if (best === undefined && nextKind === LINE_BREAK && at >= text.length) propose(text.length, 0);
  return best;
}
