import type { TextContext } from '../../shared/infillRequest.js';

/** Text looked at on each side, UTF-16 units. */
const REACH = 2000;
const LINE_BREAK = /\r\n?|\n/u;

/**
 * The blanks with which a text for an empty line begins, because the lines around it do: what the nearest line with ink above
 * and the nearest one below have in common at their start. None where the cursor's line has anything on it, blanks included. To a
 * model that writes from left to right, the margin of an empty line looks like a place where something new begins.
 */
export function sharedIndentation({ prefix, suffix }: Pick<TextContext, 'prefix' | 'suffix'>): string {
  const before = prefix.slice(-REACH).split(LINE_BREAK);
  const after = suffix.slice(0, REACH).split(LINE_BREAK);
  if (before.pop() !== '' || after.shift() !== '') return '';
  const above = blanksOf(before.findLast(hasInk));
  const below = blanksOf(after.find(hasInk));
  const end = Array.from(above).findIndex((blank, i) => blank !== below[i]);
  return end < 0 ? above : above.slice(0, end);
}

function hasInk(line: string): boolean {
  return line.trim() !== '';
}

function blanksOf(line = ''): string {
  return line.slice(0, line.length - line.trimStart().length);
}
