import { isWord, type TextToken } from '../project/textToken.js';

/** How two places agree to the left. */
export interface AlignedNames {
  /** Words of the one place that stand for others in the other, in the cursor's line. */
  readonly names: ReadonlyMap<string, string>;
  /** Tokens that are equal. */
  readonly equal: number;
}

/**
 * Goes left from the end of `tokens[0, end)` along with `left`, the tokens before a cursor, the nearest first: as long as they are
 * equal or, within the line, words of which each stands for the same other word every time. Words count only with something equal
 * before them.
 */
export function alignedNames(tokens: readonly TextToken[], end: number, left: readonly string[]): AlignedNames {
  const seen = new Map<string, string>();
  let names = new Map<string, string>();
  let equal = 0;
  let inLine = true;
  for (let i = 0; i < left.length && i < end; i++) {
    const here = left[i];
    const there = tokens[end - 1 - i]?.text;
    if (here === undefined || there === undefined) break;
    const known = seen.get(there);
    if (here === there) {
      if (known !== undefined && known !== there) break;
      if (inLine && isWord(there)) seen.set(there, there);
      equal++;
      if (inLine) names = new Map([...seen].filter(([from, to]) => from !== to));
      inLine &&= here !== '\n';
      continue;
    }
    if (!inLine || !isWord(here) || !isWord(there) || (known !== undefined && known !== here)) break;
    seen.set(there, here);
  }
  return { names, equal };
}
