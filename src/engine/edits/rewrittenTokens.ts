import { diffArrays } from 'diff';
import type { TextToken } from '../project/textToken.js';

/** A run of tokens that another one took the place of; either may be empty, not both. Indices into the tokens. */
export interface Rewritten {
  readonly oldFrom: number;
  readonly oldTo: number;
  readonly newFrom: number;
  readonly newTo: number;
}

/** Tokens that may differ before all of them count as rewritten: finding out more takes time. */
const MOST_DIFFERENT = 200;

/** What of `before` was rewritten as what of `after`, in their order; blanks do not count. */
export function rewrittenTokens(before: readonly TextToken[], after: readonly TextToken[]): Rewritten[] {
  const textsOf = (tokens: readonly TextToken[]): string[] => tokens.map(({ text }) => text);
  const parts = diffArrays(textsOf(before), textsOf(after), { maxEditLength: MOST_DIFFERENT });
  if (parts === undefined) return [{ oldFrom: 0, oldTo: before.length, newFrom: 0, newTo: after.length }];
  const rewritten: Rewritten[] = [];
  let [old, now] = [0, 0];
  let open: Rewritten | undefined;
  for (const { added, removed, count } of parts) {
    if (!added && !removed) {
      if (open !== undefined) rewritten.push(open);
      open = undefined;
      old += count;
      now += count;
      continue;
    }
    const from: Rewritten = open ?? { oldFrom: old, oldTo: old, newFrom: now, newTo: now };
    if (removed) old += count;
    else now += count;
    open = { ...from, oldTo: old, newTo: now };
  }
  if (open !== undefined) rewritten.push(open);
  return rewritten;
}
