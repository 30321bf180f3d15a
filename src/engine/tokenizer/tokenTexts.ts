import { isUtf8 } from 'node:buffer';
import type { Tokenizer } from './tokenizerContract.js';

/**
 * The text that each token adds. A character spelled by several tokens belongs to the last of them, the others are ''.
 * Bytes that are no UTF-8 end the text: those tokens and all after them are missing.
 *
 * @param skip bytes of the first tokens that are not part of the text (healed ones).
 */
export function tokenTexts(ids: readonly number[], tokenizer: Tokenizer, skip = 0): string[] {
  const texts: string[] = [];
  let pending = Buffer.alloc(0);
  let pendingTokens = 0;
  let toSkip = skip;
  for (const id of ids) {
    const bytes = tokenizer.bytesOf(id);
    pending = Buffer.concat([pending, bytes.subarray(toSkip)]);
    toSkip = Math.max(0, toSkip - bytes.length);
    pendingTokens++;
    if (!isUtf8(pending)) continue;
    while (pendingTokens-- > 1) texts.push('');
    texts.push(pending.toString('utf8'));
    pending = Buffer.alloc(0);
    pendingTokens = 0;
  }
  return texts;
}
