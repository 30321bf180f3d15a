import { countClosed } from '../afterCursor.js';
import { cut, type Filter } from '../filter.js';
import { scanCode, type CodeState } from '../scanCode.js';

/**
 * Stops at a closing bracket that has nothing to close, or whose opener is already closed by the text behind the cursor: in
 * `foo(|)` the text `a)` becomes `a`. Brackets that nothing closes yet may be closed. Judged line by line, so that
 * `} else {` passes.
 */
export const cutUnbalancedClosers: Filter = (text, around) => {
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
    ? cut(text, doubled, 'already-there', 'The text only closes what is already closed after the cursor.')
    : cut(text, stray, 'out-of-scope', 'The text closes a bracket that was never opened.');
};
