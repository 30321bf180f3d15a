import { isBlank, type Filter } from '../filter.js';
import { contentLines, isDistinctive, sameLine } from '../lineMatch.js';

/** As many lines above the cursor are compared. */
const REACH = 12;

/** Drops a text that only says again what stands directly above it. */
export const dropLinesAbove: Filter = (text, around) => {
  const above = around.linesAbove.filter((line) => !isBlank(line)).slice(-REACH);
  const lines = contentLines(text, around);
  const first = lines[0];
  const last = above.at(-1);
  if (first === undefined || last === undefined) return text;
  if (
    isDistinctive(first.line + around.restOfLine) &&
    sameLine(first.line + (lines.length === 1 ? around.restOfLine : ''), last, around)
  ) {
    return { reason: 'repetition', detail: 'The text repeats the line above the cursor.' };
  }
  const isRunOf = (start: number): boolean =>
    lines.every(({ line }, index) => sameLine(line, above[start + index] ?? '', around));
  const isBlockAbove =
    lines.length >= 2 && lines.some(({ line }) => isDistinctive(line)) && above.some((_, start) => isRunOf(start));
  return isBlockAbove ? { reason: 'repetition', detail: 'The text repeats lines above the cursor.' } : text;
};
