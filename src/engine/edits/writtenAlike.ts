import type { FoundMiddle } from '../project/foundMiddle.js';
import { BLANK, kindOf } from '../project/characters.js';
import { equalBefore } from '../project/equalTokens.js';
import { middleEnd } from '../project/middleEnd.js';
import { middleText } from '../project/middleText.js';
import type { SurroundingTokens } from '../project/surroundingTokens.js';
import { alignedNames } from './alignedNames.js';
import type { EditText } from './editText.js';

/** Tokens that have to be equal to the left, beyond the words that stand for others. */
const LEAST_EQUAL = 2;

/** A text that was written between neighbours like the cursor's, with the words of this place. */
export type WrittenAlike = Pick<FoundMiddle, 'text' | 'left' | 'right'> & { readonly token: number };

/** What of an edit was written between neighbours like those of the cursor; `token` is the one before it. */
export function writtenAlike(edit: EditText, tokens: SurroundingTokens): WrittenAlike[] {
  const { typed, insideWord, left } = tokens;
  const asTyped = writtenAfter(edit, tokens);
  if (typed === '' || insideWord) return asTyped;
  // What looks like the beginning of a word may be all of it.
  return [...asTyped, ...writtenAfter(edit, { ...tokens, typed: '', left: [typed, ...left] })];
}

function writtenAfter(edit: EditText, tokens: SurroundingTokens): WrittenAlike[] {
  const last = edit.rewritten.at(-1)?.newTo ?? 0;
  const found: WrittenAlike[] = [];
  for (let end = edit.first + 1; end < last; end++) {
    const { names, equal } = alignedNames(edit.tokens, end, tokens.left);
    if (equal - names.size < LEAST_EQUAL) continue;
    const written = writtenAt(edit, end, names, tokens);
    if (written !== undefined) found.push(written);
  }
  return found;
}

/** What stands after `tokens[0, end)`, once `names` are put in from the beginning of that line on. */
function writtenAt(
  { text, tokens, rewritten }: EditText,
  end: number,
  names: ReadonlyMap<string, string>,
  around: SurroundingTokens,
): WrittenAlike | undefined {
  const lineFirst = tokens.findLastIndex(({ text: token }, i) => i < end && token === '\n');
  const { text: renamed, ends } = withNames(text, tokens, lineFirst, names);
  const position = ends[end - 1] ?? 0;
  let at = position;
  if (around.typed !== '') {
    while (at < renamed.length && kindOf(renamed.charCodeAt(at)) === BLANK) at++;
    if (!renamed.startsWith(around.typed, at)) return undefined;
    at += around.typed.length;
  }
  const ended = middleEnd(renamed, at, renamed.length, around);
  if (ended === undefined || !ended.hasTokens) return undefined;
  const overlaps = rewritten.some(
    ({ newFrom, newTo }) => newTo > newFrom && (ends[newTo - 1] ?? 0) > at && (ends[newFrom - 1] ?? 0) < ended.end,
  );
  if (!overlaps) return undefined;
  const { equal } = equalBefore(renamed, position, 0, around.left);
  return {
    text: middleText(renamed, at, ended.end, around),
    left: Math.max(0, equal - names.size),
    right: ended.right,
    token: end - 1,
  };
}

/** The text with other words from a token on, and where each token ends in it. */
function withNames(
  text: string,
  tokens: EditText['tokens'],
  from: number,
  names: ReadonlyMap<string, string>,
): { readonly text: string; readonly ends: readonly number[] } {
  if (names.size === 0) return { text, ends: tokens.map(({ end }) => end) };
  let renamed = '';
  let copied = 0;
  const ends = tokens.map((token, i) => {
    const name = i < from ? undefined : names.get(token.text);
    renamed += text.slice(copied, token.start) + (name ?? text.slice(token.start, token.end));
    copied = token.end;
    return renamed.length;
  });
  return { text: renamed + text.slice(copied), ends };
}
