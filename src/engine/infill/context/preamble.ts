import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import { isBlank } from '../../text/lines.js';
import { UNITS_PER_TOKEN } from './suffixAfter.js';

/**
 * Ids of the lines that follow the cursor's, put before the prefix: the encoder reads from left to right, and so knows the names
 * and the habits of the text behind the cursor as well. Whole lines only, `limit` tokens at most, and an empty line after
 * them, because the prefix does not go on from there. Typing within the cursor's line leaves them as they are, so that
 * what is encoded stays valid.
 *
 * @param suffix text after the cursor.
 */
export function preambleIds(suffix: string, tokenizer: Tokenizer, limit: number): number[] {
  const reach = toLineFeeds(suffix.slice(0, (limit + 1) * UNITS_PER_TOKEN));
  const lineEnd = reach.indexOf('\n');
  if (limit === 0 || lineEnd < 0) return [];
  const read = tokenizer.decode(tokenizer.encode(reach.slice(lineEnd + 1)).slice(0, limit - 1));
  const lines = read.slice(0, read.lastIndexOf('\n') + 1);
  return isBlank(lines) ? [] : tokenizer.encode(`${lines}\n`).slice(0, limit);
}
