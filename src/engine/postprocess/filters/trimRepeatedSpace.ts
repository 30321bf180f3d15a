import { type Filter } from '../surroundings/filter.js';
import { isBlank } from '../../text/lines.js';

/** Takes the space off the start of the text when one already stands before the cursor. Indentation is not touched. */
export const trimRepeatedSpace: Filter = (text, around) => {
  if (!around.lineBefore.endsWith(' ') || isBlank(around.lineBefore)) return text;
  return text.replace(/^ +/u, '');
};
