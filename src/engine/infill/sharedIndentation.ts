import type { TextContext } from '../../shared/infillRequest.js';
import { isInked } from './isInked.js';
import { opensBlock } from './opensBlock.js';

/** Text looked at on each side, UTF-16 units. */
const REACH = 2000;
const LINE_BREAK = /\r\n?|\n/u;

/**
 * The blanks with which a text for an empty line begins where the nearest lines with ink above and below begin with the same ones.
 * To a model that writes from left to right, the margin of an empty line looks like a place where something new begins. None where
 * the cursor's line has anything on it, blanks included, nor where the text may stand further in or out: after a line that opens a
 * block, and at the end of one.
 */
export function sharedIndentation({
  prefix,
  suffix,
  languageId,
}: Pick<TextContext, 'prefix' | 'suffix' | 'languageId'>): string {
  const before = prefix.slice(-REACH).split(LINE_BREAK);
  const after = suffix.slice(0, REACH).split(LINE_BREAK);
  if (before.pop() !== '' || after.shift() !== '') return '';
  const above = before.findLast(isInked);
  const below = after.find(isInked);
  if (above === undefined || below === undefined) return '';
  const blanks = blanksOf(above);
  return blanks === blanksOf(below) && !opensBlock(above, languageId) ? blanks : '';
}

function blanksOf(line: string): string {
  return line.slice(0, line.length - line.trimStart().length);
}
