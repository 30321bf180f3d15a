/** What stands in for tokens before the first of a document. */
export const START_HASH = 0x5bd1e995;
export const LINE_BREAK_HASH = 0x27d4eb2f;

/** The hash of a word is FNV-1a over its UTF-16 units. */
export const WORD_SEED = 0x811c9dc5 | 0;
export const WORD_FACTOR = 0x01000193;

/** Tokens before a position that a look-up goes by. */
export const ANCHOR = 3;

/** The hash of a punctuation mark. */
export function markHash(unit: number): number {
  return Math.imul(unit + 0x9e37, 0x85ebca6b);
}

/** The hash of the word `text[start, end)`. */
export function wordHash(text: string, start: number, end: number): number {
  let hash = WORD_SEED;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), WORD_FACTOR);
  return hash;
}

/** The hash of three tokens, the nearest first; its bits are good from the top. */
export function anchorHash(first: number, second: number, third: number): number {
  let hash = Math.imul(first, 0x9e3779b1) + Math.imul(second, 0x85ebca77) + Math.imul(third, 0x165667b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** `bits` bits that tell a token from others. */
export function shortHash(token: number, bits: number): number {
  return bits === 0 ? 0 : Math.imul(token ^ (token >>> 16), 0x9e3779b1) >>> (32 - bits);
}
