import type { Filter } from '../surroundings/filter.js';

/** Drops a lone `;` or `,` where one already stands before the cursor. */
export const dropRepeatedPunctuation: Filter = (text, around) => {
  const mark = text.trim();
  if ((mark !== ';' && mark !== ',') || !around.lineBefore.trimEnd().endsWith(mark)) return text;
  return { reason: 'already-there', detail: 'That mark is already there before the cursor.' };
};
