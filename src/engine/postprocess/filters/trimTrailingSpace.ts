import { type Filter } from '../surroundings/filter.js';
import { isBlank } from '../../text/lines.js';

/** Takes blanks off the end of the text where they would stand at a line's end or before another space. */
export const trimTrailingSpace: Filter = (text, around) => {
  if (isBlank(around.restOfLine)) return text.trimEnd();
  if (!/^\s/u.test(around.restOfLine)) return text;
  // Blanks that indent the rest of the line on a line of its own stay.
  const end = text.trimEnd().length;
  return text.includes('\n', end) ? text : text.slice(0, end);
};
