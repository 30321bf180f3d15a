import type { EditText } from './editText.js';
import type { Rewritten } from './rewrittenTokens.js';
import { isWord, type TextToken, tokensOf } from '../project/textToken.js';

/** The cursor's line as it is, before and after the cursor. */
export interface CursorLine {
  readonly line: string;
  readonly rest: string;
}

/**
 * What is to stand at the cursor if an edit is made in its line as well, going by the line before it was changed: what was taken out
 * here is written as it was written there.
 *
 * @returns undefined where the edit has nothing to say of what was taken out, or what stands here now does not agree with it
 */
export function carriedOver(edit: EditText, lineBefore: string, { line, rest }: CursorLine): string | undefined {
  if (!lineBefore.endsWith(rest)) return undefined;
  const most = Math.min(line.length, lineBefore.length - rest.length);
  let kept = 0;
  while (kept < most && line[kept] === lineBefore[kept]) kept++;
  const removed = { from: kept, to: lineBefore.length - rest.length };
  if (removed.from === removed.to) return undefined;
  const carried = withEdit(lineBefore, removed, edit);
  if (carried === undefined || carried.length < line.length + rest.length) return undefined;
  if (!carried.startsWith(line) || !carried.endsWith(rest)) return undefined;
  return carried.slice(line.length, carried.length - rest.length);
}

/** The line with what was rewritten in the edit rewritten in what touches `removed` as well. */
function withEdit(
  line: string,
  removed: { readonly from: number; readonly to: number },
  edit: EditText,
): string | undefined {
  const tokens = tokensOf(line);
  const first = tokens.findIndex(({ end }) => end > removed.from);
  const last = tokens.findLastIndex(({ start }) => start < removed.to);
  let text = '';
  let copied = 0;
  for (let i = first; i >= 0 && i <= last;) {
    const here = edit.rewritten.find((each) => standsAt(each, edit, tokens, i, last));
    const token = tokens[i];
    if (token === undefined) break;
    if (here === undefined) {
      i++;
      continue;
    }
    const count = here.oldTo - here.oldFrom;
    text += line.slice(copied, token.start) + newText(here, edit);
    copied = tokens[i + count - 1]?.end ?? token.end;
    i += count;
  }
  return copied === 0 ? undefined : text + line.slice(copied);
}

/** Whether what an edit rewrote stands at a token: one word anywhere, several tokens between the same neighbours or with a word. */
function standsAt(
  { oldFrom, oldTo }: Rewritten,
  { oldTokens }: EditText,
  tokens: readonly TextToken[],
  at: number,
  last: number,
): boolean {
  const count = oldTo - oldFrom;
  if (count === 0 || at + count - 1 > last) return false;
  const old = oldTokens.slice(oldFrom, oldTo);
  if (!old.some(({ text }) => isWord(text))) return false;
  return old.every(({ text }, i) => tokens[at + i]?.text === text);
}

/** What was written instead, as it was written. */
function newText({ newFrom, newTo }: Rewritten, { text, tokens }: EditText): string {
  return newTo === newFrom ? '' : text.slice(tokens[newFrom]?.start, tokens[newTo - 1]?.end);
}
