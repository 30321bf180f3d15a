import { withoutIds } from '../../diffusion/draw.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import { byteString, isIdentifierByte, writtenBefore } from '../canvas/namesAhead.js';
import type { Rule } from '../canvas/rule.js';

/**
 * The name before the cursor is whole: rules out tokens that would make it longer. Where all are ruled out none is: then the finished
 * text is not used.
 *
 * @param healed bytes before the cursor that the canvas writes again.
 */
export function endedName(healed: Uint8Array, tokenizer: Tokenizer): Rule {
  const end = healed.length;
  return (rows, canvas) =>
    rows.map((row) => {
      const written = writtenBefore(row.position, canvas, tokenizer);
      if (written === undefined || written.length > end) return row;
      return withoutIds(row, (id) => {
        const text = written + byteString(tokenizer.bytesOf(id));
        return text.length > end && isIdentifierByte(text.charCodeAt(end));
      });
    });
}
