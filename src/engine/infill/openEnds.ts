import { syntaxOf } from '../postprocess/languageSyntax.js';
import { scanCode, START_OF_CODE } from '../postprocess/scanCode.js';

/** Whether a middle leaves something open that it opened itself: a bracket, a string, a block comment. */
export type OpenEnds = (middle: string) => boolean;

/** @param prefix text before the cursor: what is open there already is not the middle's to close. */
export function openEndsAfter(prefix: string, languageId: string): OpenEnds {
  const syntax = syntaxOf(languageId);
  const before = scanCode(prefix, START_OF_CODE, syntax);
  const depth = before.open.length;
  return (middle) => {
    const { inside, open } = scanCode(middle, before, syntax);
    const opensText = inside !== before.inside && inside !== '' && inside !== '\n';
    return opensText || open.length > depth;
  };
}
