/** Whether a word goes on behind the cursor that stands before it too: what comes there by itself would only disturb. */
export function isInsideWord(prefix: string, suffix: string): boolean {
  return ENDS_IN_WORD.test(prefix.slice(-2)) && STARTS_IN_WORD.test(suffix);
}

/** Scripts that are written without spaces: where a word ends cannot be told. */
const UNSPACED = String.raw`\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}`;
const WORD_CHARACTER = `(?![${UNSPACED}])[\\p{L}\\p{N}_]`;
const ENDS_IN_WORD = new RegExp(`${WORD_CHARACTER}$`, 'u');
const STARTS_IN_WORD = new RegExp(`^${WORD_CHARACTER}`, 'u');
