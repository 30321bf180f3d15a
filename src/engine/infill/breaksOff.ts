import { openEndsAfter } from '../text/openEnds.js';
import { type Hole, isOnEmptyLine } from './context/hole.js';
import type { EndedMiddle } from './ending/endedMiddles.js';

/** A bracket that is open at the end of a line, with something in it; also where brackets mean nothing to the language. */
const UNCLOSED = /[([{]\s*[^\s()[\]{}][^()[\]{}\n]*$/u;

/** Whether a hole takes lines of their own, and whole ones only. */
export function takesWholeLines(hole: Pick<Hole, 'lines' | 'lineOpened'>): boolean {
  return hole.lineOpened || isOnEmptyLine(hole);
}

/** Up to where the likeliest text goes (UTF-16 units of what was written): its end, or where whole lines are taken that of its line. */
export function likeliestLength({ middle, written }: EndedMiddle, hole: Pick<Hole, 'lines' | 'lineOpened'>): number {
  const { length } = middle.text;
  if (!takesWholeLines(hole)) return length;
  const end = written.text.indexOf('\n', length);
  return end < 0 ? written.text.length : end;
}

/**
 * Whether a text that is to be a line of its own is only the beginning of one: what begins to close a block of its neighbours' is known by
 * its whole line only. A line may end with what it opens.
 */
export function breaksOff(
  text: string,
  { written, isUnfinished = false }: Pick<EndedMiddle, 'written' | 'isUnfinished'>,
  hole: Pick<Hole, 'lines' | 'lineOpened' | 'code'>,
): boolean {
  if (!takesWholeLines(hole) || text.length !== written.text.length) return false;
  return UNCLOSED.test(text) || (isUnfinished && openEndsAfter(hole.code)(text) !== 'nothing');
}
