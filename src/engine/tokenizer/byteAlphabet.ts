/**
 * GPT-2's byte alphabet: byte-level BPE vocabularies spell every byte as one printable character, so that tokens can
 * stand in JSON. Printable Latin-1 bytes stand for themselves, the others follow from U+0100 on (GPT-2's
 * `bytes_to_unicode`).
 */
export const BYTE_TO_CHARACTER: readonly string[] = spellBytes();

/** Latin-1 character of the byte, by character of the alphabet. */
const CHARACTER_TO_LATIN1: ReadonlyMap<string, string> = new Map(
  BYTE_TO_CHARACTER.map((character, byte) => [character, String.fromCharCode(byte)]),
);

/** A token's bytes as a Latin-1 string, one unit per byte; '' when a character of its spelling stands for no byte. */
export function latin1OfSpelling(spelling: string): string {
  let bytes = '';
  for (const character of spelling) {
    const byte = CHARACTER_TO_LATIN1.get(character);
    if (byte === undefined) return '';
    bytes += byte;
  }
  return bytes;
}

function spellBytes(): string[] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => String.fromCharCode(isPrintable(byte) ? byte : next++));
}
