import type { RecentEdit } from '../../shared/recentEdit.js';
import { type Rewritten, rewrittenTokens } from './rewrittenTokens.js';
import { type TextToken, tokensOf } from '../project/textToken.js';

/** An edit as tokens. */
export interface EditText {
  readonly edit: RecentEdit;
  /** The lines around and what was written between them, each after a line break. */
  readonly text: string;
  readonly tokens: readonly TextToken[];
  /** Of what stood there before, each line after a line break. */
  readonly oldTokens: readonly TextToken[];
  /** The first token of what was written (the line break before it), as an index into `tokens`. */
  readonly first: number;
  /** What was rewritten: `new` are indices into `tokens`, `old` into `oldTokens`. */
  readonly rewritten: readonly Rewritten[];
}

/** @returns undefined where nothing but blanks was changed */
export function editText(edit: RecentEdit): EditText | undefined {
  const { before, after, linesBefore, linesAfter } = edit;
  const [above, own, below] = [linesBefore, after, linesAfter].map(broken) as [string, string, string];
  const text = `${above}${own}${below}\n`;
  const tokens = tokensOf(text);
  const first = tokens.findIndex(({ start }) => start >= above.length);
  const end = above.length + own.length;
  const written = tokens.slice(first).filter(({ start }) => start < end);
  const oldTokens = tokensOf(broken(before));
  const rewritten = rewrittenTokens(oldTokens, written).map((each) => ({
    ...each,
    newFrom: each.newFrom + first,
    newTo: each.newTo + first,
  }));
  return rewritten.length === 0 ? undefined : { edit, text, tokens, oldTokens, first, rewritten };
}

function broken(lines: readonly string[]): string {
  return lines.map((line) => `\n${line}`).join('');
}
