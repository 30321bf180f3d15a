import { type Filter } from '../surroundings/filter.js';
import { opensBlock } from '../../text/blockOpeners.js';
import { indentOf, isBlank } from '../../text/lines.js';
import { beginsStatement, lineStarts } from '../surroundings/lineStarts.js';
import { columnsOf, type Surroundings } from '../surroundings/surroundings.js';

/**
 * Puts statements that are a few spaces off onto a level of the document's indentation. Continued lines, comments and
 * strings may be aligned by other rules and are left alone, and so are documents that are not regular themselves.
 */
export const fixOddIndents: Filter = (text, around) => {
  const unit = around.indentUnit.length;
  if (!/^ {2,}$/u.test(around.indentUnit) || isIrregular(around)) return text;
  const starts = lineStarts(text, around);
  let above = around.linesAbove.findLast((line) => !isBlank(line)) ?? '';
  const lines = text.split('\n').map((line, index) => {
    const start = starts[index];
    const already = index === 0 ? around.lineBefore : '';
    const whole = already + line;
    if (isBlank(whole) || start === undefined) return line;
    const columns = columnsOf(whole, around);
    const wanted = columnsOf(above, around) + (opensBlock(start, around.syntax) ? unit : 0);
    above = whole;
    if (!isBlank(already) || columns % unit === 0 || whole.includes('\t') || !beginsStatement(start, around))
      return line;
    const lower = columns - (columns % unit);
    const nearest = columns % unit > unit / 2 ? lower + unit : lower;
    const level = Math.max(wanted === lower || wanted === lower + unit ? wanted : nearest, already.length);
    above = ' '.repeat(level) + whole.slice(columns);
    return ' '.repeat(level - already.length) + line.slice(indentOf(line).length);
  });
  return lines.join('\n');
};

/** Whether lines near the cursor are themselves indented by something else than whole levels. */
function isIrregular(around: Surroundings): boolean {
  return [...around.linesAbove.slice(-30), around.lineBefore, ...around.linesBelow.slice(0, 30)].some(
    (line) => !isBlank(line) && !/^\s*\*/u.test(line) && indentOf(line).length % around.indentUnit.length !== 0,
  );
}
