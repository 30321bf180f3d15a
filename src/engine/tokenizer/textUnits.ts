import { isUtf8 } from 'node:buffer';
import type { Tokenizer } from './tokenizerContract.js';

/** The fewest tokens that together are whole characters: nearly always one, several for a rare emoji. */
export interface TextUnit {
  readonly ids: readonly number[];
  /** Half-open range of UTF-16 offsets in the text that was split. */
  readonly start: number;
  readonly end: number;
}

/** Splits `text` into its tokens, those of one character together. */
export function textUnits(text: string, tokenizer: Tokenizer): TextUnit[] {
  const units: TextUnit[] = [];
  let ids: number[] = [];
  let bytes = Buffer.alloc(0);
  let start = 0;
  for (const id of tokenizer.encode(text)) {
    ids.push(id);
    bytes = Buffer.concat([bytes, tokenizer.bytesOf(id)]);
    if (!isUtf8(bytes)) continue;
    // The tokenizer keeps UTF-16 offsets, also where it spells something by U+FFFD.
    const end = start + bytes.toString('utf8').length;
    units.push({ ids, start, end });
    ids = [];
    bytes = Buffer.alloc(0);
    start = end;
  }
  return units;
}
