import { isWhitespace } from './isWhitespace.js';

/** A line longer than this is split at its blanks as well, so that typing in it does not tokenise all of it again. */
const LONG_LINE = 256;

/**
 * Splits `text` where tokenising the parts is exactly tokenising the whole: before whitespace that follows something
 * else. No pre-token of the byte-level pattern holds whitespace after another character (only ` ?` comes first), and
 * the pattern looks ahead of a blank only, so neither part can see the other. Parts are lines where these are short:
 * typing changes one of them.
 */
export function* textChunks(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    const end = chunkEnd(text, start);
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
