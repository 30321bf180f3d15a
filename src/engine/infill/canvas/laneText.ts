import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Lane } from './lane.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';

/**
 * The middle that a lane has written so far, up to the first masked position.
 * @param healedBytes bytes of the first tokens that stand in the prefix already.
 */
export function laneText(lane: Lane, tokenizer: Tokenizer, healedBytes: number): string {
  const ids = lane.committed().map(({ id }) => id);
  return tokenTexts(ids, tokenizer, healedBytes).join('');
}
