import { syntaxOf } from './languageSyntax.js';
import { scanCode, START_OF_CODE } from './scanCode.js';

/** Lines of Ruby, Lua, shell, SQL and the like after which an indented body is expected. */
const WORD_OPENER =
  /(?:\b(?:do|then|else|begin|repeat)|\bdo\s*\|[^|]*\||^\s*(?:def|class|module|function|local function|unless|while|for|if|elsif|else)\b[^;]*)\s*$/iu;

/** Whether the lines after `line` are expected to stand further in. */
export function opensBlock(line: string, languageId: string): boolean {
  const syntax = syntaxOf(languageId);
  const { last } = scanCode(line, START_OF_CODE, syntax);
  switch (syntax.blocks) {
    case 'braces':
      return isOneOf('([{', last) || /=>\s*$|^\s*(?:case\b.*|default\s*):\s*$/u.test(line);
    case 'colon':
    case 'outline':
      return isOneOf(':([{', last);
    case 'words':
      return isOneOf('([{', last) || WORD_OPENER.test(line);
    case 'tags':
      return isOneOf('([{', last) || /<\w[^<>/]*>\s*$/u.test(line);
    case 'none':
      return false;
  }
}

function isOneOf(characters: string, character: string): boolean {
  return character !== '' && characters.includes(character);
}
