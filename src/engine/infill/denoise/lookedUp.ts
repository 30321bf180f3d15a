/** Fewer tokens agree by chance. */
const SHORTEST_MATCH = 2;
/** A longer match says no more. */
const LONGEST_MATCH = 8;

/**
 * What followed the last tokens of `before` where they stand once already, in `before` itself or in `after` (prompt lookup decoding, a
 * drafter for speculative decoding that costs nothing): the longest match has the word, of equal ones the nearest before the end.
 *
 * @returns at most `most` token ids; none where fewer than two tokens agree.
 */
export function lookedUp(before: readonly number[], after: readonly number[], most: number): readonly number[] {
  let best: readonly number[] = [];
  let longest = SHORTEST_MATCH - 1;
  const search = (text: readonly number[], end: number): void => {
    for (let at = end; at > 0 && longest < LONGEST_MATCH; at--) {
      let length = 0;
      while (length < LONGEST_MATCH && length < at && text[at - 1 - length] === before[before.length - 1 - length])
        length++;
      if (length <= longest) continue;
      longest = length;
      best = text.slice(at, at + most);
    }
  };
  search(before, before.length - 1);
  search(after, after.length - 1);
  return most > 0 ? best : [];
}
