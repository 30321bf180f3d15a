import type { Filter } from '../surroundings/filter.js';
import { isDistinctive } from '../surroundings/lineMatch.js';

/** Drops a text that begins the cursor's line anew: `const a = |` and `const a = 1;`. */
export const dropRepeatedStart: Filter = (text, around) => {
  const typed = around.lineBefore.trim();
  const isAgain = isDistinctive(typed) && text.trimStart().startsWith(typed);
  return isAgain ? { reason: 'repetition', detail: 'The text begins with what is already before the cursor.' } : text;
};
