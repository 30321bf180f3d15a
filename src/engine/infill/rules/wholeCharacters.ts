import { isUtf8 } from 'node:buffer';
import { withoutIds } from '../../diffusion/draw.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { begunLength } from '../../tokenizer/begunLength.js';
import { begunBefore } from './begunCharacter.js';
import type { Rule } from '../canvas/rule.js';

/**
 * Rules out tokens that break a character: bytes that cannot follow those on the left, and a begun character where what
 * follows is settled. Tokens of a byte-level vocabulary may be parts of characters, and positions are settled in any order.
 *
 * @param contextIds tokens before the first canvas.
 */
export function wholeCharacters(contextIds: readonly number[], endOfMiddle: number, tokenizer: Tokenizer): Rule {
  const isWhole: (boolean | undefined)[] = []; // by id
  const standsAlone = (id: number): boolean => (isWhole[id] ??= isUtf8(tokenizer.bytesOf(id)));
  return (rows, canvas) =>
    rows.map((row) => {
      const begun = begunBefore(row.position, canvas, contextIds, tokenizer);
      const mayStayOpen = canvas.isFree(row.position + 1);
      const breaks = (id: number): boolean => {
        if (begun.length === 0 && standsAlone(id)) return false;
        if (id === endOfMiddle) return true;
        const bytes = Buffer.concat([begun, tokenizer.bytesOf(id)]);
        return !isUtf8(mayStayOpen ? bytes.subarray(0, bytes.length - begunLength(bytes)) : bytes);
      };
      return withoutIds(row, breaks);
    });
}
