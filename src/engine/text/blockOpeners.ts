import { type LanguageSyntax, syntaxOf } from './languageSyntax.js';
import { type CodeState, scanCode, START_OF_CODE, withoutText } from './scanCode.js';

/** Lines of Ruby, Lua, shell, SQL and the like after which an indented body is expected. */
const WORD_OPENER =
  /(?:\b(?:do|then|else|begin|repeat)|\bdo\s*\|[^|]*\||^\s*(?:def|class|module|function|local function|unless|while|for|if|elsif|else)\b[^;]*)\s*$/iu;

/**
 * Whether a block has just been opened at this place, so that all that follows stands further in until something closes it. Sure
 * enough to take away what does not: brackets, and colons where indentation means something.
 */
export function opensBlock({ inside, last }: Pick<CodeState, 'inside' | 'last'>, { blocks }: LanguageSyntax): boolean {
  if (blocks === 'none' || !isCode(inside)) return false;
  return isOneOf('([{', last) || (blocks === 'colon' && last === ':');
}

/**
 * Whether lines that stand further in are likely to follow `line`: it opens a block, or it looks like the head of one in its
 * language. Too little to judge them by: `then` may follow an `if` at its own column, an item its key, and nothing a `<br>`.
 */
export function mayOpenBlock(line: string, languageId: string): boolean {
  const syntax = syntaxOf(languageId);
  const end = scanCode(line, START_OF_CODE, syntax);
  if (opensBlock(end, syntax)) return true;
  return isCode(end.inside) && looksLikeHead(withoutText(line, START_OF_CODE, syntax), syntax);
}

/** @param line without strings and comments. */
function looksLikeHead(line: string, { blocks }: LanguageSyntax): boolean {
  switch (blocks) {
    case 'braces':
      return /=>\s*$|^\s*(?:case\b.*|default\s*):\s*$/u.test(line);
    case 'outline':
      return /:\s*$/u.test(line);
    case 'words':
      return WORD_OPENER.test(line);
    case 'tags':
      return /<\w[^<>/]*>\s*$/u.test(line);
    case 'colon':
    case 'none':
      return false;
  }
}

/** In code, or in a comment that ends with its line. */
function isCode(inside: string): boolean {
  return inside === '' || inside === '\n';
}

function isOneOf(characters: string, character: string): boolean {
  return character !== '' && characters.includes(character);
}
