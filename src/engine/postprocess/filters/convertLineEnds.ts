import type { Filter } from '../filter.js';

/** From `\n` to the document's line ends. */
export const convertLineEnds: Filter = (text, around) =>
  around.eol === '\n' ? text : text.replace(/\n/gu, around.eol);
