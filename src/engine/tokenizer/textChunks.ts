import { isWhitespace } from './isWhitespace.js';
import type { SplitRule } from './splitPatterns.js';

/** A line longer than this is split at its blanks as well, so that typing in it does not tokenise all of it again. */
const LONG_LINE = 256;

/**
 * Splits `text` where tokenising the parts is exactly tokenising the whole. Parts are lines where these are short: typing
 * changes one of them.
 *
 * GPT-2's rule: before whitespace that follows something else. No pre-token of it holds whitespace after another character (only
 * ` ?` comes first), and the pattern looks ahead of a blank only, so neither part can see the other.
 * The other rules put line ends to the punctuation or the blanks before them: after line ends, where no blank line follows, since
 * blanks up to a further line end would belong to the same pre-token; in long lines before a blank, as above.
 */
export function* textChunks(text: string, rule: SplitRule): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = rule === 'gpt2' ? chunkEnd(text, start) : chunkEndAfterLine(text, start);
    yield text.slice(start, end);
    start = end;
  }
}

/** First line feed after `start` that follows something else; in a long line the first blank that does. */
function chunkEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const mayEnd = unit === 0x0a || (unit === 0x20 && i - start >= LONG_LINE);
    if (mayEnd && !isWhitespace(text.charCodeAt(i - 1))) return i;
  }
  return text.length;
}

/** First position after line ends from which no line end can be reached over blanks; in a long line as in `chunkEnd`. */
function chunkEndAfterLine(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const before = text.charCodeAt(i - 1);
    if (isLineEnd(before) && !leadsToLineEnd(text, i)) return i;
    if (text.charCodeAt(i) === 0x20 && i - start >= LONG_LINE && !isWhitespace(before)) return i;
  }
  return text.length;
}

function leadsToLineEnd(text: string, from: number): boolean {
  let i = from;
  while (i < text.length && isWhitespace(text.charCodeAt(i)) && !isLineEnd(text.charCodeAt(i))) i++;
  return i < text.length && isLineEnd(text.charCodeAt(i));
}

function isLineEnd(unit: number): boolean {
  return unit === 0x0a || unit === 0x0d;
}
