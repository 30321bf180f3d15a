import { isWhitespace } from '../../tokenizer/isWhitespace.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';

/** A prefix whose last bytes went back to the canvas, because a token of the finished text may begin in them. */
export interface HealedPrefix {
  /** Tokens of the prefix without the healed bytes: the context. */
  readonly ids: readonly number[];
  /** Bytes handed back. The middle's first token starts with them; they are not part of the answer. */
  readonly healed: Uint8Array;
  /** The ids that start with `healed`; undefined where nothing is healed. */
  readonly allowedFirst: readonly number[] | undefined;
}

const MOST_TOKENS = 3;
/** Longer runs of letters or punctuation hold no token that reaches to their end. UTF-16 units. */
const MOST_UNITS = 64;

/**
 * Finds where the context should end. The text before the cursor, tokenised on its own, rarely ends where a token of
 * the finished text ends: `retu` is two tokens, ` return` one, and the last blank of an indentation belongs to the word
 * after it. At random cursors in held-out code the finished text has a token boundary at the end of the context in
 * 25 % of all cases as is, 77 % with the last token handed back, 96 % by these rules:
 * - after whitespace, its last character (the pre-tokeniser leaves exactly one to what follows);
 * - after anything else, the most tokens of the last word or punctuation run that some longer token starts with.
 *
 * @param prefix text before the cursor that `prefixIds` are the tokens of.
 * @param limit most ids of the context.
 */
export function healPrefix(
  prefix: string,
  prefixIds: readonly number[],
  tokenizer: Tokenizer,
  limit: number,
): HealedPrefix {
  const unhealed = { ids: prefixIds, healed: new Uint8Array(0), allowedFirst: undefined };
  if (prefix === '') return unhealed;
  if (isWhitespace(prefix.charCodeAt(prefix.length - 1))) {
    const healed = Buffer.from(prefix.slice(-1));
    const allowedFirst = longerIds(healed, tokenizer);
    return allowedFirst ? { ids: tokenizer.encode(prefix.slice(0, -1)).slice(-limit), healed, allowedFirst } : unhealed;
  }
  const run = Buffer.byteLength(lastRun(prefix));
  let best: HealedPrefix = unhealed;
  for (let count = 1; count <= Math.min(MOST_TOKENS, prefixIds.length); count++) {
    const handedBack = prefixIds.slice(-count);
    const healed = Buffer.concat(handedBack.map((id) => tokenizer.bytesOf(id)));
    if (count > 1 && healed.length > run) break;
    const allowedFirst = longerIds(healed, tokenizer);
    if (allowedFirst) best = { ids: prefixIds.slice(0, -count), healed, allowedFirst };
  }
  return best;
}

/** The ids starting with `bytes`, if one of them says more than `bytes`: else handing them back gains nothing. */
function longerIds(bytes: Uint8Array, tokenizer: Tokenizer): readonly number[] | undefined {
  const ids = tokenizer.idsStartingWith(bytes);
  return ids.some((id) => tokenizer.bytesOf(id).length > bytes.length) ? ids : undefined;
}

/** The last pre-token of `text`, which does not end in whitespace. */
function lastRun(text: string): string {
  return /(?: ?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+)$/u.exec(text.slice(-MOST_UNITS))?.[0] ?? '';
}
