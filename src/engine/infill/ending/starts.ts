import type { OpenEnds } from '../../text/openEnds.js';
import type { Middle } from './candidates.js';
import type { EndShare } from './likeliestEnd.js';

export interface StartsPlace {
  readonly openEnds: OpenEnds;
  /** Whether a text may end as it does, seen from both sides. */
  readonly mayEnd: (text: string) => boolean;
  /** Whether the hole is a line of its own, which takes whole lines only: what filters refuse of a line they may not know by its start. */
  readonly wholeLines: boolean;
}

/**
 * Texts that could be suggested of what was written, as lengths (UTF-16 units), ascending: up to each end that was compared, and up
 * to each token's end, where the text may end so. Of several lines it ends with a whole one that leaves nothing open.
 */
export function startsOf(written: Middle, ends: readonly EndShare[], place: StartsPlace): number[] {
  const { text, tokens } = written;
  const endsLine = (length: number): boolean => length === text.length || text[length] === '\n';
  const mayEnd = (length: number): boolean =>
    (!place.wholeLines || endsLine(length)) && place.mayEnd(text.slice(0, length));
  const lengths = new Set(ends.flatMap(({ length }) => (mayEnd(length) ? [length] : [])));
  let border = 0;
  for (const token of tokens) {
    border += token.text.length;
    if (!place.wholeLines && mayStand(text, border, place)) lengths.add(border);
  }
  return [...lengths].filter((length) => length > 0 && length <= text.length).sort((a, b) => a - b);
}

function mayStand(text: string, length: number, { openEnds, mayEnd }: StartsPlace): boolean {
  const start = text.slice(0, length);
  const isFirstLine = !start.trimStart().includes('\n');
  if (!isFirstLine && text[length] !== '\n' && length < text.length) return false;
  return isFirstLine ? mayEnd(start) : openEnds(start) === 'nothing';
}
