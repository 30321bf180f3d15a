import { cut, type Filter } from '../surroundings/filter.js';
import { isBlank } from '../../text/lines.js';
import { scanCode } from '../../text/scanCode.js';

/**
 * Stops before a string that the text begins and does not end: the rest of the line would fall into it, and a line cut off
 * in a string is of no use at the end of a block. At the end of the cursor's own line it may stay, to be typed on.
 */
export const cutUnclosedString: Filter = (text, around) => {
  const { cursor, restOfLine, syntax } = around;
  let isOwn = cursor.inside === '';
  const end = scanCode(text, cursor, syntax, { closed: () => (isOwn = true), line: () => (isOwn = true) });
  if (!isOwn || !syntax.strings.includes(end.inside)) return text;
  const lineStart = text.lastIndexOf('\n') + 1;
  const detail = 'The text opens a string and does not close it.';
  if (isBlank(restOfLine)) return lineStart > 0 ? cut(text, lineStart, 'out-of-scope', detail) : text;
  if (scanCode(restOfLine, end, syntax).inside !== end.inside) return text;
  return cut(text, text.lastIndexOf(end.inside), 'out-of-scope', detail);
};
