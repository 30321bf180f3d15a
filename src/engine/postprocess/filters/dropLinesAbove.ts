import { type Filter } from '../surroundings/filter.js';
import { isBlank } from '../../text/lines.js';
import { contentLines, isDistinctive, sameLine } from '../surroundings/lineMatch.js';

/** Drops a text that only says again what stands directly above it. */
export const dropLinesAbove: Filter = (text, around) => {
  const lines = contentLines(text + around.restOfLine, around);
  const above = around.linesAbove.filter((line) => !isBlank(line)).slice(-lines.length);
  const isSame = (index: number, other: string | undefined): boolean =>
    other !== undefined && sameLine(lines[index]?.line ?? '', other, around);

  if (isDistinctive(lines[0]?.line ?? '') && isSame(0, above.at(-1))) {
    return { reason: 'repetition', detail: 'The text repeats the line above the cursor.' };
  }
  const isBlock =
    lines.some(({ line }) => isDistinctive(line)) && lines.every((_, index) => isSame(index, above[index]));
  return isBlock ? { reason: 'repetition', detail: 'The text repeats the lines above the cursor.' } : text;
};
