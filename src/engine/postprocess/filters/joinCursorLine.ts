import { type Filter } from '../surroundings/filter.js';
import { indentOf, isBlank } from '../../text/lines.js';
import { columnsOf } from '../surroundings/surroundings.js';

/**
 * Starts on the cursor's line where the editor has indented it already and the text begins with a line end: otherwise an
 * empty line of blanks would stay behind.
 */
export const joinCursorLine: Filter = (text, around) => {
  const { lineBefore, restOfLine, syntax } = around;
  if (lineBefore === '' || !isBlank(lineBefore + restOfLine) || syntax.blocks === 'none') return text;
  const start = (/^(?:[ \t]*\n)+/u.exec(text) ?? [''])[0].length;
  const content = text.slice(start);
  // A line that belongs further left, a closing bracket for example, cannot move to the cursor's line.
  if (start === 0 || columnsOf(content, around) < columnsOf(lineBefore, around)) return text;
  const indent = indentOf(content);
  return content.slice(indent.startsWith(lineBefore) ? lineBefore.length : indent.length);
};
