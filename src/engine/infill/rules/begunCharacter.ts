import { begunLength } from '../../tokenizer/begunLength.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Canvas } from '../canvas/canvas.js';

/** A character has at most four bytes, and every token at least one. */
const MOST_TOKENS = 3;

/**
 * Bytes of a character that the tokens left of a position begin; none where a masked position is in between.
 * @param position on the canvas as it stands.
 * @param contextIds tokens before the first canvas.
 */
export function begunBefore(
  position: number,
  canvas: Canvas,
  contextIds: readonly number[],
  tokenizer: Tokenizer,
): Buffer {
  const { mask } = canvas.settings;
  const left = position >= MOST_TOKENS ? [] : [...contextIds.slice(-MOST_TOKENS), ...canvas.appendedIds(MOST_TOKENS)];
  const ids = [...left, ...canvas.ids.slice(Math.max(0, position - MOST_TOKENS), position)].slice(-MOST_TOKENS);
  const known = ids.slice(ids.lastIndexOf(mask) + 1);
  const bytes = Buffer.concat(known.map((id) => tokenizer.bytesOf(id)));
  return bytes.subarray(bytes.length - begunLength(bytes));
}
