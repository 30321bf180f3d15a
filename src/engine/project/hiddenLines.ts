import { kindOf, LINE_BREAK, lineBreakEnd, lineBreakStart } from './characters.js';
import type { ProjectPlace } from './foundMiddle.js';
import { lineStart } from './middleText.js';

/** Units of the text around the cursor's line by which it is found again. */
const LANDMARK = 160;
/** Units that may have been deleted at the cursor since the text was indexed. */
const REACH = 20_000;
/** Units before the cursor, at most, in which what was typed last stands. */
const NEAR = 1000;
/** Lines on either side that are hidden where a landmark was edited too. */
const MARGIN = 2;

/**
 * The lines of an indexed text that are the cursor's own, or were: the copy may lag behind what was typed last. They begin where it
 * differs from the text before the cursor or, where it differs far above already, after the text above the cursor's line; and they end
 * before the text below it. Where one of these stands nowhere near, the lines around `offset` are hidden on that side.
 *
 * @returns a range that begins where a line begins, and ends after a line break or at the text's end
 */
export function hiddenLines(text: string, place: ProjectPlace): { from: number; to: number } {
  const { suffix, offset } = place;
  const { from, edit } = hiddenStart(text, place);
  const rest = lineEnd(suffix, 0);
  const below = suffix.slice(rest, rest + LANDMARK);
  let to: number;
  // A short one ends the document.
  if (below.length < LANDMARK) to = text.endsWith(below) ? text.length - below.length : -1;
  else to = text.slice(0, edit + REACH).indexOf(below, edit);
  return { from, to: to < edit ? linesDown(text, Math.max(edit, clamp(offset, text))) : to };
}

/** Where the hidden lines begin, and where at the earliest the copy may differ from the document. */
function hiddenStart(text: string, { prefix, offset }: ProjectPlace): { from: number; edit: number } {
  const base = Math.max(0, offset - prefix.length);
  let equal = 0;
  while (equal < prefix.length && text.charCodeAt(base + equal) === prefix.charCodeAt(equal)) equal++;
  if (prefix.length - equal < NEAR) {
    const edit = Math.min(base + equal, text.length);
    return { from: lineStart(text, edit), edit };
  }
  const line = lineStart(prefix, prefix.length);
  const expected = clamp(offset - (prefix.length - line), text);
  const above = prefix.slice(Math.max(0, line - LANDMARK), line);
  const from = afterNearest(text, above, expected) ?? linesUp(text, expected);
  return { from, edit: from };
}

function clamp(offset: number, text: string): number {
  return Math.max(0, Math.min(offset, text.length));
}

/** Where the occurrence of `landmark` that ends nearest to `expected` ends. */
function afterNearest(text: string, landmark: string, expected: number): number | undefined {
  if (landmark === '') return undefined;
  const begin = expected - landmark.length;
  const ends = [text.lastIndexOf(landmark, Math.max(0, begin)), text.indexOf(landmark, Math.max(0, begin))]
    .filter((at) => at >= 0)
    .map((at) => at + landmark.length)
    .filter((end) => Math.abs(end - expected) <= REACH);
  return ends.sort((a, b) => Math.abs(a - expected) - Math.abs(b - expected))[0];
}

function linesUp(text: string, at: number): number {
  let start = lineStart(text, at);
  for (let line = 0; line < MARGIN && start > 0; line++) start = lineStart(text, lineBreakStart(text, start, 0));
  return start;
}

function linesDown(text: string, at: number): number {
  let end = lineEnd(text, at);
  for (let line = 0; line < MARGIN; line++) end = lineEnd(text, end);
  return end;
}

/** Where the line that `at` lies in ends, its line break included. */
function lineEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && kindOf(text.charCodeAt(end)) !== LINE_BREAK) end++;
  return end < text.length ? lineBreakEnd(text, end) : end;
}
