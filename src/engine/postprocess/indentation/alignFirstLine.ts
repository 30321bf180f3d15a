import { type Filter } from '../surroundings/filter.js';
import { opensBlock } from '../../text/blockOpeners.js';
import { indentOf, isBlank } from '../../text/lines.js';
import { beginsStatement, lineStarts } from '../surroundings/lineStarts.js';
import { columnsOf } from '../surroundings/surroundings.js';

/**
 * Takes away indentation that is there twice: the editor has indented the cursor's line and the text brings its own. After a
 * finished statement nothing may be deeper than it, and in a block just opened the editor's column is right; elsewhere nothing
 * is done.
 */
export const alignFirstLine: Filter = (text, around) => {
  const [first = '', ...others] = text.split('\n');
  const starts = lineStarts(text, around);
  const cursor = starts[0];
  const above = around.linesAbove.findLast((line) => !isBlank(line));
  const extra = indentOf(first);
  if (above === undefined || cursor === undefined || extra === '' || isBlank(first) || !isBlank(around.lineBefore))
    return text;
  if (cursor.last === '' || !beginsStatement(cursor, around)) return text;
  const [columns, columnsAbove] = [columnsOf(around.lineBefore, around), columnsOf(above, around)];
  const isBlockStart = opensBlock(cursor, around.syntax);
  if (isBlockStart && columns <= columnsAbove) return text;
  const wanted = isBlockStart ? columns : Math.max(columnsAbove, columns);
  const surplus = columnsOf(around.lineBefore + extra, around) - wanted;
  if (surplus <= 0) return text;
  const missing = ' '.repeat(Math.max(0, wanted - columns));
  const trimmed =
    (around.indentUnit === '\t' ? extra.slice(0, -Math.ceil(surplus / around.tabWidth)) : missing) +
    first.slice(extra.length);

  // The lines below are shifted with the first one if they were written relative to it, not if they already fit the document.
  const second = others.find((line) => !isBlank(line));
  const after = starts[1];
  const deeper = after !== undefined && opensBlock(after, around.syntax) ? around.tabWidth : 0;
  const shifted = second !== undefined && columnsOf(second, around) >= wanted + surplus + deeper;
  return [trimmed, ...(shifted ? others.map((line) => outdent(line, surplus, around.tabWidth)) : others)].join('\n');
};

function outdent(line: string, columns: number, tabWidth: number): string {
  const indent = indentOf(line);
  const count = indent.startsWith('\t') ? Math.ceil(columns / tabWidth) : columns;
  return indent.slice(Math.min(count, indent.length)) + line.slice(indent.length);
}
