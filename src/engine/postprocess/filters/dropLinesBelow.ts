import { cut, type Filter } from '../surroundings/filter.js';
import { isBlank } from '../../text/lines.js';
import { contentLines, isDistinctive, nearlySame, sameLine } from '../surroundings/lineMatch.js';

/** As many lines are compared at most. */
const MAX_LINES = 40;

/** Stops where the text goes over into the lines that already stand below, blank lines aside. */
export const dropLinesBelow: Filter = (text, around) => {
  if (!isBlank(around.restOfLine)) return text;
  const lines = contentLines(text, around);
  const below = around.linesBelow.filter((line) => !isBlank(line)).slice(0, MAX_LINES);
  const next = below[0];
  if (next === undefined) return text;

  const isRepeated = (from: number): boolean =>
    lines.slice(from).every(({ line }, index) => {
      const other = below[index];
      const isLast = from + index === lines.length - 1;
      return other !== undefined && (sameLine(line, other, around) || (isLast && isBeginning(line, other)));
    });
  for (let from = Math.max(0, lines.length - below.length); from < lines.length; from++) {
    const first = lines[from];
    if (first !== undefined && isRepeated(from))
      return cut(text, first.offset, 'already-there', 'That text is already there below the cursor.');
  }
  // The text has met the document, even if it then goes on differently. On the cursor's line the indentation may be wrong.
  const met = lines.find(
    ({ line, offset }) =>
      isDistinctive(line) && (sameLine(line, next, around) || (offset === 0 && line.trim() === next.trim())),
  );
  if (met !== undefined) return cut(text, met.offset, 'already-there', 'The text repeats the line below the cursor.');

  const compared = Math.min(3, lines.length, below.length);
  const mine = lines
    .slice(0, compared)
    .map(({ line }) => line)
    .join('\n');
  const theirs = below.slice(0, compared).join('\n');
  if (isDistinctive(mine) && nearlySame(mine, theirs))
    return { reason: 'already-there', detail: 'The text is nearly the same as the lines below the cursor.' };
  return text;
};

/** A last line that was not finished. */
function isBeginning(line: string, other: string): boolean {
  return isDistinctive(line) && other.trimEnd().startsWith(line.trimEnd());
}
