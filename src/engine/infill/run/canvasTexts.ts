import { TextDecoder } from 'node:util';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';

/**
 * What each token of a canvas says, for whoever watches. A character spelled by several tokens stands with the last of them, and the
 * others are ''; so are the tokens of a character of which a part is still masked. Bytes that are no text become U+FFFD.
 *
 * @param ids of the whole canvas; it begins between two characters
 * @param skip bytes of the first tokens that are not part of the text (healed ones)
 * @returns one entry for each token; null where it is masked, '' for control tokens
 */
export function canvasTexts(ids: readonly number[], mask: number, tokenizer: Tokenizer, skip = 0): (string | null)[] {
  const texts: (string | null)[] = [];
  let decoder = newDecoder();
  let isUnfinished = false; // after a mask, until a character begins
  let toSkip = ids[0] === mask ? 0 : skip;
  for (const id of ids) {
    if (id === mask) {
      decoder = newDecoder();
      isUnfinished = true;
      texts.push(null);
      continue;
    }
    const whole = tokenizer.bytesOf(id);
    let bytes = whole.subarray(toSkip);
    toSkip = Math.max(0, toSkip - whole.length);
    if (isUnfinished) {
      const start = bytes.findIndex((byte) => !isContinuation(byte));
      isUnfinished = start < 0;
      bytes = bytes.subarray(isUnfinished ? bytes.length : start);
    }
    texts.push(decoder.decode(bytes, { stream: true }));
  }
  const last = texts.at(-1);
  if (typeof last === 'string') texts[texts.length - 1] = last + decoder.decode();
  return texts;
}

function newDecoder(): TextDecoder {
  return new TextDecoder('utf-8', { ignoreBOM: true });
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
