/** Text <-> ids. Control tokens are never produced from document text. */
export interface Tokenizer {
  readonly vocabularySize: number;
  /**
   * Ids of `text`; the concatenation of their bytes is exactly the UTF-8 of `text`. What the vocabulary cannot spell (lone
   * surrogates, a few control characters) becomes U+FFFD, one for every UTF-16 unit, so that offsets stay what they were.
   */
  encode(text: string): number[];
  /** Bytes of one token (control tokens: none). */
  bytesOf(id: number): Uint8Array;
  /** Text of ids; incomplete UTF-8 becomes U+FFFD. */
  decode(ids: readonly number[]): string;
  /** All ids whose bytes start with `bytes`, ascending; never a control token. */
  idsStartingWith(bytes: Uint8Array): readonly number[];
}
