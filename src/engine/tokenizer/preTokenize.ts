import { BYTE_TO_CHARACTER } from './byteAlphabet.js';

const DIGITS = /[^\p{N}]+|\p{N}/gu;
/** GPT-2's pattern. Its `\s` is Unicode's White_Space, from which JavaScript's own differs in U+0085 and U+FEFF. */
const BYTE_LEVEL =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

const encoder = new TextEncoder();

/**
 * Splits text into the pieces that BPE merges within, spelled in the byte alphabet, exactly as the reference (the Rust
 * library `tokenizers`: `Digits(individual_digits)`, then `ByteLevel`) does. @huggingface/tokenizers has these steps too,
 * but with JavaScript's character classes: `²³` and U+FEFF would get other ids than in training.
 */
export function preTokenize(text: string, individualDigits: boolean): string[] {
  const parts = individualDigits ? (text.match(DIGITS) ?? []) : [text];
  return parts.flatMap((part) => part.match(BYTE_LEVEL) ?? []).map(spell);
}

function spell(piece: string): string {
  let spelling = '';
  for (const byte of encoder.encode(piece)) spelling += BYTE_TO_CHARACTER[byte]!;
  return spelling;
}
