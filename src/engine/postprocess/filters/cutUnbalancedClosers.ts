import { countClosed } from '../../text/afterCursor.js';
import { passed, textMarks } from '../surroundings/blockMarks.js';
import { cut, type Filter, type Nothing } from '../surroundings/filter.js';
import { scanCode, type CodeState } from '../../text/scanCode.js';
import type { Surroundings } from '../surroundings/surroundings.js';

const DOUBLED = 'The text only closes what is already closed after the cursor.';

/**
 * Stops at a closing bracket that has nothing to close, or whose opener is already closed by the text behind the cursor: in
 * `foo(|)` the text `a)` becomes `a`. So it does at a tag, a word or a directive that ends a block which goes on behind the
 * cursor. What nothing closes yet may be closed.
 */
export const cutUnbalancedClosers: Filter = (text, around) => {
  const brackets = cutBrackets(text, around);
  if (typeof brackets !== 'string') return brackets;
  const end = doubledEnd(brackets, around);
  return end === brackets.length ? brackets : cut(brackets, end, 'already-there', DOUBLED);
};

/** Judged line by line, so that `} else {` passes. */
function cutBrackets(text: string, around: Surroundings): string | Nothing {
  const { cursor, syntax } = around;
  if (!syntax.brackets || !/[)\]}]/u.test(text)) return text;
  const closable = (state: CodeState): number => countClosed(state.open, around.after.closers, around.isCut);
  const needed = closable(cursor);
  let lowest = cursor.open.length;
  let suspect = text.length; // takes an opener away from the document, unless its line puts one back
  let doubled = text.length;
  let stray = text.length; // closes nothing at all
  const settle = (state: CodeState): void => {
    if (suspect < text.length && closable(state) < needed) doubled = Math.min(doubled, suspect);
    suspect = text.length;
  };
  const end = scanCode(text, cursor, syntax, {
    closed: (index, after, found) => {
      lowest = Math.min(lowest, after.open.length);
      if (!found) stray = Math.min(stray, index);
      else if (lowest < cursor.open.length && suspect === text.length && closable(after) < needed) suspect = index;
    },
    line: (_, state) => settle(state),
  });
  settle(end);
  if (Math.min(doubled, stray) === text.length) return text;
  return doubled < stray
    ? cut(text, doubled, 'already-there', DOUBLED)
    : cut(text, stray, 'out-of-scope', 'The text closes a bracket that was never opened.');
}

/** Where the text ends a block that ends behind the cursor, and begins none in its place: `</td><td>` passes. */
function doubledEnd(text: string, around: Surroundings): number {
  const { blocks, isCut } = around;
  const { closers } = blocks;
  if (closers.length === 0) return text.length;
  const needed = countClosed(blocks.open, closers, isCut);
  let { open } = blocks;
  let doubled = text.length;
  for (const mark of textMarks(text, around)) {
    open = passed(open, mark);
    if (countClosed(open, closers, isCut) >= needed) doubled = text.length;
    else if (!mark.opens) doubled = Math.min(doubled, mark.index);
  }
  return doubled;
}
