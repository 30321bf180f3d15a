import { BYTE_TO_CHARACTER } from './byteAlphabet.js';
import { SPLITS, type SplitRule } from './splitPatterns.js';

const DIGITS = /[^\p{N}]+|\p{N}/gu;
const encoder = new TextEncoder();

export interface PreTokenizer {
  readonly rule: SplitRule;
  /** Whether digits are split one by one first. */
  readonly individualDigits: boolean;
}

/**
 * Splits text into the pieces that BPE merges within, spelled in the byte alphabet, exactly as the reference (the Rust
 * library `tokenizers`: `Digits(individual_digits)` or `Split`, then `ByteLevel`) does. @huggingface/tokenizers has these steps too,
 * but with JavaScript's character classes: `²³` and U+FEFF would get other ids than in training.
 */
export function preTokenize(text: string, { rule, individualDigits }: PreTokenizer): string[] {
  const parts = individualDigits ? (text.match(DIGITS) ?? []) : [text];
  return parts.flatMap((part) => part.match(SPLITS[rule]) ?? []).map(spell);
}

function spell(piece: string): string {
  let spelling = '';
  for (const byte of encoder.encode(piece)) spelling += BYTE_TO_CHARACTER[byte]!;
  return spelling;
}
