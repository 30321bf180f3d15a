import type { OpenEnds } from '../../text/openEnds.js';
import type { Middle } from './candidates.js';
import type { EndShare } from './likeliestEnd.js';

export interface StartsPlace {
  readonly openEnds: OpenEnds;
  /** Whether text follows the hole on its line. */
  readonly insideLine: boolean;
  /** Whether the hole is a line of its own, which takes whole lines only: what filters refuse of a line they may not know by its start. */
  readonly wholeLines: boolean;
}

/**
 * Texts that could be suggested of what was written, as lengths (UTF-16 units), ascending: up to each end that was compared, and up
 * to each token's end, where the text may stand so. Somebody who accepts a start goes on from there, so inside a line it leaves
 * nothing open, and of several lines it ends with a whole one.
 */
export function startsOf(written: Middle, ends: readonly EndShare[], place: StartsPlace): number[] {
  const { text, tokens } = written;
  const endsLine = (length: number): boolean => length === text.length || text[length] === '\n';
  const lengths = new Set(ends.flatMap(({ length }) => (!place.wholeLines || endsLine(length) ? [length] : [])));
  let border = 0;
  for (const token of tokens) {
    border += token.text.length;
    if (!place.wholeLines && mayStand(text, border, place)) lengths.add(border);
  }
  return [...lengths].filter((length) => length > 0 && length <= text.length).sort((a, b) => a - b);
}

function mayStand(text: string, length: number, { openEnds, insideLine }: StartsPlace): boolean {
  const start = text.slice(0, length);
  const isFirstLine = !start.trimStart().includes('\n');
  if (!isFirstLine && text[length] !== '\n' && length < text.length) return false;
  const open = openEnds(start);
  return isFirstLine && !insideLine ? open !== 'text' : open === 'nothing';
}
