import { diffArrays } from 'diff';
import { isBlank } from './filter.js';
import { columnsOf, type Surroundings } from './surroundings.js';

/** A line that is not blank, and where it starts in its text. */
export interface ContentLine {
  readonly line: string;
  readonly offset: number;
}

/** The lines of the text that are not blank, the first one completed with what stands before the cursor. */
export function contentLines(text: string, around: Surroundings): readonly ContentLine[] {
  const lines: ContentLine[] = [];
  let offset = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (!isBlank(line)) lines.push({ line: index === 0 ? around.lineBefore + line : line, offset });
    offset += line.length + 1;
  }
  return lines;
}

/** Whether a line says enough that its standing twice is hardly meant: not `}`, `break;`, `0, 0, 0,`. */
export function isDistinctive(line: string): boolean {
  return (
    line.trim().length >= 8 &&
    (line.match(/\p{L}/gu)?.length ?? 0) >= 4 &&
    /[^\p{L}\s;]/u.test(line.trim().slice(0, -1))
  );
}

/** Equal up to blanks at the end, and indented alike. */
export function sameLine(one: string, other: string, around: Surroundings): boolean {
  return one.trim() === other.trim() && columnsOf(one, around) === columnsOf(other, around);
}

/**
 * Whether two texts say the same: equal words with other punctuation or spacing, or long texts with hardly a word changed.
 * Lines of a series (`a1 = 1`, `a2 = 2`) do not.
 */
export function nearlySame(one: string, other: string): boolean {
  const [ones, others] = [wordsOf(one), wordsOf(other)];
  const length = Math.max(ones.length, others.length);
  const edits = diffArrays(ones, others, { maxEditLength: Math.max(3, Math.floor(length / 20)) });
  if (edits === undefined) return false;
  const changed = edits.filter((edit) => edit.added || edit.removed).flatMap((edit) => edit.value);
  const words = changed.filter((word) => /[\p{L}\p{N}_]/u.test(word));
  return words.length === 0 || (changed.length <= length / 20 && !words.some((word) => /\p{N}/u.test(word)));
}

function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]/gu) ?? [];
}
