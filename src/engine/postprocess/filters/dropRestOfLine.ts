import { cut, type Filter } from '../filter.js';
import { isDistinctive, nearlySame } from '../lineMatch.js';
import { scanCode } from '../scanCode.js';
import type { Surroundings } from '../surroundings.js';

/** How much of the rest of the line is compared, and how many places are weighed. Keeps the time linear. */
const MAX_OVERLAP = 200;
const MAX_PLACES = 20;
const DETAIL = 'The text stands after the cursor already.';

/**
 * Stops where the text goes over into the rest of the cursor's line: a line of it ends with the whole rest, or its end is the
 * beginning of the rest. The rest was written for the state of the code at the cursor, so only places where the text is back
 * in that state count: with `)` after the cursor, the last bracket of `f(x)` is not a repetition.
 */
export const dropRestOfLine: Filter = (text, around) => {
  const rest = around.restOfLine.trim();
  if (rest === '') return text;
  for (const place of [...placesOfWhole(text, rest), ...placesOfStart(text, rest)]) {
    if (returnsToCursor(text.slice(0, place), around)) return cut(text, place, 'already-there', DETAIL);
  }
  const first = text.split('\n', 1)[0] ?? '';
  return isDistinctive(rest) && nearlySame(first, rest) ? { reason: 'already-there', detail: DETAIL } : text;
};

/** Where a line of the text goes over into the whole rest, first place first. */
function placesOfWhole(text: string, rest: string): number[] {
  const places: number[] = [];
  let offset = 0;
  for (const line of text.split('\n')) {
    const place = offset + line.trimEnd().length - rest.length;
    if (places.length < MAX_PLACES && place >= offset && text.startsWith(rest, place) && isWordStart(text, place))
      places.push(place);
    offset += line.length + 1;
  }
  return places;
}

/** Where the text's end is the start of the rest, longest first. */
function placesOfStart(text: string, rest: string): number[] {
  const end = text.trimEnd().length;
  const places: number[] = [];
  for (let length = Math.min(rest.length, end, MAX_OVERLAP); length > 0; length--) {
    const place = end - length;
    const isWhole = !/^[\p{L}\p{N}_]{2}$/u.test(rest.slice(length - 1, length + 1));
    if (isWhole && isWordStart(text, place) && text.startsWith(rest.slice(0, length), place)) places.push(place);
  }
  return places.slice(0, MAX_PLACES);
}

/** Not in the middle of a word of the text. */
function isWordStart(text: string, place: number): boolean {
  return place === 0 || !/^[\p{L}\p{N}_]{2}$/u.test(text.slice(place - 1, place + 1));
}

function returnsToCursor(kept: string, { cursor, syntax }: Surroundings): boolean {
  const end = scanCode(kept, cursor, syntax);
  return end.inside === cursor.inside && end.open.length === cursor.open.length;
}
