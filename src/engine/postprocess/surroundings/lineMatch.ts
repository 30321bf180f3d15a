import { diffArrays } from 'diff';
import { isBlank } from '../../text/lines.js';
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

/** Lines that stand in many places of a document: `return null;`, `} else {`. */
const COMMON =
  /^\W*(?:break|continue|default|do|else|end|finally|pass|raise|return|throw|try|yield)\b[\s\p{L}\p{N}_]*\W*$/iu;

/** Whether a line says enough that its standing twice is hardly meant. */
export function isDistinctive(line: string): boolean {
  if (line.trim().length < 8 || !/\p{L}.*\p{L}.*\p{L}/su.test(line)) return false;
  const words = wordsOf(line).filter((word) => /[\p{L}\p{N}_]/u.test(word));
  return words.length >= 2 && !COMMON.test(line);
}

/** Equal up to blanks at the end, and indented alike. */
export function sameLine(one: string, other: string, around: Surroundings): boolean {
  return one.trim() === other.trim() && columnsOf(one, around) === columnsOf(other, around);
}

/**
 * Whether two texts say the same: up to blanks, quotes, commas and semicolons, or long ones with hardly a word changed. Lines
 * of a series (`a1 = 1`, `a2 = 2`) do not.
 */
export function nearlySame(one: string, other: string): boolean {
  const [ones, others] = [wordsOf(one), wordsOf(other)];
  const budget = Math.floor(Math.max(ones.length, others.length) / 40);
  const edits = diffArrays(ones, others, { maxEditLength: budget });
  if (edits === undefined) return false;
  const changed = edits.filter((edit) => edit.added || edit.removed).flatMap((edit) => edit.value);
  return !changed.some((word) => /\p{N}/u.test(word));
}

/** Words and marks, without those that differ between habits of writing. */
function wordsOf(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s'"`,;]/gu) ?? [];
}
