import { kindOf, LINE_BREAK, lineBreakEnd, lineBreakStart } from './characters.js';
import type { ProjectPlace } from './foundMiddle.js';
import { lineStart } from './middleText.js';

/** Units of the text around the cursor's line by which it is found again. */
const LANDMARK = 160;
/** Units that may have been deleted at the cursor since the text was indexed. */
const REACH = 20_000;
/** Lines on either side that are hidden where a landmark was edited too. */
const MARGIN = 2;

/**
 * The lines of an indexed text that are the cursor's own, or were: the copy may lag behind what was typed last. They begin after the
 * text above the cursor's line and end before the text below it, wherever these stand in the copy; where one of them stands
 * nowhere near, the lines around `offset` are hidden on that side.
 *
 * @returns a range that begins where a line begins, and ends after a line break or at the text's end
 */
export function hiddenLines(text: string, { prefix, suffix, offset }: ProjectPlace): { from: number; to: number } {
  const line = lineStart(prefix, prefix.length);
  const expected = clamp(offset - (prefix.length - line), text);
  const above = prefix.slice(Math.max(0, line - LANDMARK), line);
  const isFirstLine = above === '' && offset <= prefix.length;
  const from = isFirstLine ? 0 : (afterNearest(text, above, expected) ?? linesUp(text, expected));

  const rest = lineEnd(suffix, 0);
  const below = suffix.slice(rest, rest + LANDMARK);
  if (below === '') return { from, to: text.length };
  const found = text.slice(0, from + REACH).indexOf(below, from);
  return { from, to: found < 0 ? linesDown(text, Math.max(from, clamp(offset, text))) : found };
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
