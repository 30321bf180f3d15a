import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { characterBoundary } from '../../text/characterBoundary.js';
import { toLineFeeds } from '../../text/lineEnds.js';

/** UTF-16 units that are tokenised for each token wanted: source code has 3 to 4. */
export const UNITS_PER_TOKEN = 8;

/** What follows a canvas: its beginning, with `\n`, and the first tokens of that. */
export interface Suffix {
  readonly text: string;
  readonly ids: readonly number[];
}

/** @param limit most ids. */
export function suffixAfter(after: string, limit: number, tokenizer: Tokenizer): Suffix {
  const text = toLineFeeds(after.slice(0, characterBoundary(after, limit * UNITS_PER_TOKEN)));
  return { text, ids: tokenizer.encode(text).slice(0, limit) };
}
