import { begunIdentifier, continuesIdentifier } from '../../../shared/infillRequest.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Canvas } from './canvas.js';

/** What may be written from the canvas's first byte on, healed bytes included: a sorted list of byte strings. */
export type NamesAhead = readonly string[];

/**
 * The names that may stand at the cursor as they would be written on a canvas. Byte strings hold one byte in each UTF-16 unit, so that
 * tokens, which may end inside a character, can be compared with them.
 *
 * @param healed bytes before the cursor that the canvas writes again.
 * @returns none where the cursor stands inside an identifier, or no name goes on as it begins.
 */
export function namesAhead(
  names: readonly string[],
  { prefix, suffix }: { readonly prefix: string; readonly suffix: string },
  healed: Uint8Array,
): NamesAhead {
  if (names.length === 0 || continuesIdentifier(suffix)) return [];
  const begun = begunIdentifier(prefix);
  const before = byteString(healed);
  const texts = names.flatMap((name) =>
    name.startsWith(begun) ? [before + byteString(Buffer.from(name.slice(begun.length)))] : [],
  );
  return [...new Set(texts)].sort(byUnits);
}

/** One UTF-16 unit for each byte. */
export function byteString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Whether one of the names begins with, or is, `text`. */
export function beginsName(text: string, names: NamesAhead): boolean {
  return names[firstFrom(text, names)]?.startsWith(text) === true;
}

export function isName(text: string, names: NamesAhead): boolean {
  return names[firstFrom(text, names)] === text;
}

/** The canvas's bytes left of a position; undefined where not all of them are known. */
export function writtenBefore(position: number, canvas: Canvas, tokenizer: Tokenizer): string | undefined {
  const count = canvas.offset + position;
  const known = canvas.committed();
  if (known.length < count) return undefined;
  return known
    .slice(0, count)
    .map(({ id }) => byteString(tokenizer.bytesOf(id)))
    .join('');
}

/** Whether a byte belongs to an identifier; all of those beyond ASCII count. */
export function isIdentifierByte(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
  return isDigit || isLetter || byte === 0x5f || byte === 0x24 || byte >= 0x80;
}

/** Index of the first name that does not come before `text`: that of a name that begins with it, where there is one. */
function firstFrom(text: string, names: NamesAhead): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (names[middle]! < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
