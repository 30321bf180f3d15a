import type { Filter } from '../surroundings/filter.js';
import { isDistinctive } from '../surroundings/lineMatch.js';

/**
 * A text whose last `words` words repeat with a period of at most `period` has got stuck; `0, 0, 0, 0` and other rows without
 * letters may be longer. After Copilot's rule, which counts tokens.
 */
const STUCK = [
  { words: 10, period: 1, letters: false },
  { words: 20, period: 4, letters: true },
  { words: 40, period: 10, letters: false },
  { words: 45, period: 20, letters: false },
  { words: 60, period: 30, letters: false },
];
/** As many equal lines in a row, or equal paragraphs one after the other. */
const MAX_EQUAL_LINES = 3;
const MAX_EQUAL_PARAGRAPHS = 2;

/** Drops a text that repeats itself, which a model does when it does not know how to go on. */
export const dropRepetition: Filter = (text) => {
  const isStuck =
    repeatsWords(text) ||
    repeatsInARow(text.split('\n'), MAX_EQUAL_LINES) ||
    repeatsInARow(text.split(/\n\s*\n/u), MAX_EQUAL_PARAGRAPHS);
  return isStuck ? { reason: 'repetition', detail: 'The text repeats itself.' } : text;
};

function repeatsWords(text: string): boolean {
  // A ruler (`-----`) counts as one word; only the text's end matters.
  const words = text.slice(-4000).match(/[\p{L}\p{N}_]+|([^\p{L}\p{N}_\s])\1*/gu) ?? [];
  return STUCK.some(({ words: count, period, letters }) => {
    const last = words.slice(-count);
    return last.length === count && smallestPeriod(last) <= period && (!letters || /\p{L}/u.test(last.join('')));
  });
}

/** The smallest p such that every word equals the one p before it (Knuth-Morris-Pratt). */
function smallestPeriod(words: readonly string[]): number {
  const border = [0];
  for (let index = 1, length = 0; index < words.length; index++) {
    while (length > 0 && words[index] !== words[length]) length = border[length - 1] ?? 0;
    if (words[index] === words[length]) length += 1;
    border.push(length);
  }
  return words.length - (border.at(-1) ?? 0);
}

function repeatsInARow(parts: readonly string[], limit: number): boolean {
  let equal = 1;
  const distinctive = parts.map((part) => part.trim()).filter(isDistinctive);
  return distinctive.some((part, index) => {
    equal = index > 0 && part === distinctive[index - 1] ? equal + 1 : 1;
    return equal >= limit;
  });
}
