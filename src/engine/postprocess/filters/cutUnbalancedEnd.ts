import { balancedLength } from '../../text/balance.js';
import { isBlank } from '../../text/lines.js';
import { cut, type Filter } from '../surroundings/filter.js';

/**
 * Stops before a bracket, a string or a comment that the text begins and neither it nor the text behind the cursor ends: what stands
 * behind would fall into it. A text of which nothing would be left is left as it is: see `closeOwnEnd`.
 */
export const cutUnbalancedEnd: Filter = (text, around) => {
  const length = balancedLength(text, around);
  if (length === text.length || isBlank(text.slice(0, length))) return text;
  // Where the line goes on, a separator would stand before what closes.
  const kept = isBlank(around.restOfLine) ? length : text.slice(0, length).replace(/[\s,]+$/u, '').length;
  return cut(text, kept, 'out-of-scope', 'The text opens something and does not close it.');
};
