import { opensBlock } from '../../text/blockOpeners.js';
import { isBlank } from '../../text/lines.js';
import { type Filter } from '../surroundings/filter.js';
import { beginsStatement, type LineStart, lineStarts } from '../surroundings/lineStarts.js';
import { columnsOf, type Surroundings } from '../surroundings/surroundings.js';

/**
 * Shifts all lines below the first alike where they were written for a cursor that stands less far in: the editor indents a line as it
 * is set up, the model as the file does. It shows in a line that is neither as far in as the first line wants it, nor as little as the
 * block around that.
 */
export const alignLinesBelow: Filter = (text, around) => {
  const lines = text.split('\n');
  const current = around.lineBefore + lines[0]!;
  if (lines.length === 1 || isBlank(lines[0]!) || /\t/u.test(around.indentUnit + current)) return text;
  const starts = lineStarts(text, around);
  const column = columnsOf(current, around);
  const outer = around.linesAbove.findLast((line) => !isBlank(line) && columnsOf(line, around) < column);
  if (outer === undefined) return text;
  const least = columnsOf(outer, around);
  const missing = lines.slice(1).reduce((found, line, i) => found || missingColumns(line, starts, i + 1), 0);
  if (missing === 0) return text;
  const shifted = lines.map((line, i) =>
    i > 0 && !isBlank(line) && isCode(starts[i]) && columnsOf(line, around) > least ? ' '.repeat(missing) + line : line,
  );
  return shifted.join('\n');

  /** How many columns a line lacks, 0 for a line that is right, or of which nothing can be said. */
  function missingColumns(line: string, all: readonly LineStart[], index: number): number {
    const start = all[index];
    if (start === undefined || isBlank(line) || line.includes('\t')) return 0;
    const columns = columnsOf(line, around);
    if (columns <= least || columns > column) return 0;
    const levels = levelsOf(line, start, all, index, around);
    return levels === undefined ? 0 : Math.max(0, column + levels * around.tabWidth - columns);
  }
};

/** By how many levels a line stands further in than the text's first one; undefined where that cannot be told. */
function levelsOf(
  line: string,
  start: LineStart,
  starts: readonly LineStart[],
  index: number,
  around: Surroundings,
): number | undefined {
  if (around.syntax.blocks === 'colon') {
    if (!beginsStatement(start, around)) return undefined;
    return index === 1 && opensBlock(start, around.syntax) ? 1 : 0;
  }
  const levels = start.depth - starts[0]!.depth;
  if (around.syntax.blocks !== 'braces' || levels < 0) return undefined;
  const closes = /^\s*[)\]}]/u.test(line) && isCode(start);
  if (closes) return levels > 0 ? levels - 1 : undefined;
  return beginsStatement(start, around) ? levels : undefined;
}

function isCode(start: LineStart | undefined): boolean {
  return start !== undefined && (start.inside === '' || start.inside === '\n');
}
