import type { Span } from '../../../shared/infillRequest.js';
import { cut, type Filter } from '../surroundings/filter.js';
import { isBlank } from '../../text/lines.js';
import { isDistinctive, nearlySame, sameLine } from '../surroundings/lineMatch.js';
import { scanCode } from '../../text/scanCode.js';
import type { Surroundings } from '../surroundings/surroundings.js';

/** How much of the rest of the line is compared, and how many places are weighed. Keeps the time linear. */
const MAX_OVERLAP = 200;
const MAX_PLACES = 20;
const OPERATOR = /^[^\p{L}\p{N}_\s()[\]{}'"`,;]+$/u;
const DETAIL = 'That text is already there after the cursor.';

/**
 * Stops where the text goes over into the rest of the cursor's line: a line of it ends with the whole rest, or its end is the
 * beginning of the rest. The rest was written for the state of the code at the cursor, so only places where the text is back
 * in that state count: with `)` after the cursor, the last bracket of `f(x)` is not a repetition.
 */
export const dropRestOfLine: Filter = (text, around) => {
  const rest = around.restOfLine.trim();
  if (rest === '') return text;
  const repeated =
    wholeRest(text, rest).find((part) => entersBelow(text, part, around) || isRepeated(text, part, around)) ??
    startOfRest(text, rest, around).find((part) => isRepeated(text, part, around));
  if (repeated !== undefined) return cut(text, repeated.start, 'already-there', DETAIL);
  const first = text.split('\n', 1)[0] ?? '';
  return isDistinctive(rest) && nearlySame(first, rest) ? { reason: 'already-there', detail: DETAIL } : text;
};

/** Where a line of the text ends with the whole rest, first place first. */
function wholeRest(text: string, rest: string): Span[] {
  const places: Span[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const end = offset + line.trimEnd().length;
    const start = end - rest.length;
    const fits = start >= offset && text.startsWith(rest, start) && isWordStart(text, start);
    if (fits && places.length < MAX_PLACES) places.push({ start, end });
    offset += line.length + 1;
  }
  return places;
}

/** Where the text's end is the start of the rest, longest first. */
function startOfRest(text: string, rest: string, around: Surroundings): Span[] {
  const isGlued = around.restOfLine.startsWith(rest.charAt(0)) && !/\s$/u.test(text);
  const end = text.trimEnd().length;
  const places: Span[] = [];
  for (let length = Math.min(rest.length, end, MAX_OVERLAP); length > 0; length--) {
    const start = end - length;
    const part = rest.slice(0, length);
    const isWhole = !/^[\p{L}\p{N}_]{2}$/u.test(rest.slice(length - 1, length + 1));
    if (!isWhole || !isWordStart(text, start) || !text.startsWith(part, start)) continue;
    // `:` before `:` may become the operator `::`.
    if (!isGlued || !OPERATOR.test(part)) places.push({ start, end });
  }
  return places.slice(0, MAX_PLACES);
}

/** Not in the middle of a word of the text. */
function isWordStart(text: string, start: number): boolean {
  return start === 0 || !/^[\p{L}\p{N}_]{2}$/u.test(text.slice(start - 1, start + 1));
}

/** Whether the text goes on with the line below the cursor's, which leaves no doubt. */
function entersBelow(text: string, { end }: Span, around: Surroundings): boolean {
  const isContent = (line: string): boolean => !isBlank(line);
  const next = text.slice(end).split('\n').slice(1).find(isContent);
  const below = around.linesBelow.find(isContent);
  return next !== undefined && below !== undefined && sameLine(next, below, around);
}

function isRepeated(text: string, { start, end }: Span, { cursor, syntax }: Surroundings): boolean {
  const before = scanCode(text.slice(0, start), cursor, syntax);
  if (before.inside !== cursor.inside || before.open.length !== cursor.open.length) return false;
  // Closing brackets that cutUnbalancedClosers has let pass are missing in the document, though it has others like them.
  return scanCode(text.slice(start, end), before, syntax).open.length >= cursor.open.length;
}
