import { cut, type Filter } from '../surroundings/filter.js';

/** One line where one line was asked for. */
export const stopAtLineEnd: Filter = (text, around) => {
  const end = text.indexOf('\n');
  if (around.multiline || end < 0) return text;
  return cut(text, end, 'empty', 'Nothing is missing on this line, and only one line was requested.');
};
