import { type Filter } from '../surroundings/filter.js';
import { indentOf, isBlank } from '../../text/lines.js';
import { lineStarts } from '../surroundings/lineStarts.js';
import type { Surroundings } from '../surroundings/surroundings.js';

/** Indents with the document's tabs or spaces. Documents that mix both around the cursor are left as they are. */
export const matchIndentCharacters: Filter = (text, around) => {
  const usesTabs = around.indentUnit === '\t';
  if (around.syntax.blocks === 'none' || !/^[ \t]|\n[ \t]/u.test(text) || isMixed(around)) return text;
  const lines = text.split('\n');
  const starts = lineStarts(text, around);
  const isIndented = (index: number): boolean => index > 0 || isBlank(around.lineBefore);
  const convertible = lines.map((_, index) => isIndented(index) && starts[index]?.inside === '');
  const width = usesTabs ? spacesPerLevel(lines.filter((_, index) => convertible[index])) : 0;
  return lines
    .map((line, index) => {
      const indent = indentOf(line);
      if (convertible[index] !== true) return line;
      if (!usesTabs) return indent.replaceAll('\t', around.indentUnit) + line.slice(indent.length);
      return width > 0 && /^ +$/u.test(indent) ? '\t'.repeat(indent.length / width) + line.slice(indent.length) : line;
    })
    .join('\n');
};

/** How many spaces the text writes for one level, 0 when that is not clear. */
function spacesPerLevel(lines: readonly string[]): number {
  const indents = lines.map((line) => indentOf(line)).filter((indent) => /^ +$/u.test(indent));
  return [4, 2].find((width) => indents.every((indent) => indent.length % width === 0)) ?? 0;
}

function isMixed(around: Surroundings): boolean {
  const foreign = around.indentUnit === '\t' ? /^ {2}/u : /^\t/u;
  return [...around.linesAbove, ...around.linesBelow, around.lineBefore].some((line) => foreign.test(line));
}
