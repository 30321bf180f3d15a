import { syntaxOf } from './languageSyntax.js';
import { scanCode, START_OF_CODE } from './scanCode.js';

/** What a middle leaves open that it opened itself; `text` is a string or a block comment. */
export type OpenEnd = 'nothing' | 'bracket' | 'text';
export type OpenEnds = (middle: string) => OpenEnd;

/** @param prefix text before the cursor: what is open there already is not the middle's to close. */
export function openEndsAfter(prefix: string, languageId: string): OpenEnds {
  const syntax = syntaxOf(languageId);
  const before = scanCode(prefix, START_OF_CODE, syntax);
  const depth = before.open.length;
  return (middle) => {
    const { inside, open } = scanCode(middle, before, syntax);
    if (inside !== before.inside && inside !== '' && inside !== '\n') return 'text';
    return open.length > depth ? 'bracket' : 'nothing';
  };
}
