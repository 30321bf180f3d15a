import { type CodeState, scanCode, withoutText } from '../../text/scanCode.js';
import { type Filter } from '../surroundings/filter.js';

/** A loop's head has two semicolons. */
const FOR_HEAD = /\bfor\s*(?:await\s*)?\([^;]*(?:;[^;]*)?$/u;
/** Longer heads are none that a person wrote. UTF-16 units. */
const LONGEST_HEAD = 400;

/**
 * Stops before a semicolon that ends a statement between parentheses or square brackets, where none can end: `useState(|` and `[]`,
 * not `[]` and a semicolon on the next line. Brackets of lines above count for nothing: they may be left open by mistake.
 */
export const cutSemicolonInBrackets: Filter = (text, around) => {
  const { cursor, syntax, depthAtLineStart, lineBefore } = around;
  if (!syntax.script || !text.includes(';')) return text;
  let state: CodeState = cursor;
  let from = 0;
  for (const { index } of withoutText(text, cursor, syntax).matchAll(/;/gu)) {
    state = scanCode(text.slice(from, index), state, syntax);
    from = index;
    const isInBrackets = state.open.length > depthAtLineStart && '(['.includes(state.open.at(-1)!.mark);
    if (!isInBrackets || FOR_HEAD.test((lineBefore + text.slice(0, index)).slice(-LONGEST_HEAD))) continue;
    const kept = text.slice(0, index).trimEnd();
    if (kept !== '') return kept;
    return { reason: 'out-of-scope', detail: 'The text ends a statement inside brackets.' };
  }
  return text;
};
