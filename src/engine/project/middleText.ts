import { BLANK, kindOf, LINE_BREAK } from './characters.js';
import { indentOf } from '../text/lines.js';
import { toLineFeeds } from '../text/lineEnds.js';
import type { SurroundingTokens } from './surroundingTokens.js';

/**
 * `text[start, end)` as it is to stand at the cursor: without the blanks that stand there already, with `\n` at line ends, and
 * without the indentation of the line that it begins in.
 */
export function middleText(text: string, start: number, end: number, tokens: SurroundingTokens): string {
  let [from, to] = [start, end];
  if (tokens.blankBefore) while (from < to && kindOf(text.charCodeAt(from)) === BLANK) from++;
  if (tokens.blankAfter) while (to > from && kindOf(text.charCodeAt(to - 1)) === BLANK) to--;
  const [first = '', ...others] = toLineFeeds(text.slice(from, to)).split('\n');
  if (others.length === 0) return first;
  const own = indentOf(text.slice(lineStart(text, start), end));
  const last = others.length - 1;
  const below = others.map((line, index) => {
    const rest = line.slice(sharedLength(line, own));
    return index < last && !/\S/u.test(rest) ? '' : rest;
  });
  return [first, ...below].join('\n');
}

/** Where the line that `at` lies in begins. */
export function lineStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && kindOf(text.charCodeAt(start - 1)) !== LINE_BREAK) start--;
  return start;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
