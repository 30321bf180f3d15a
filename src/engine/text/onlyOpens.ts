import { hasWord, isBlank } from './lines.js';

/** Something closes: a bracket, an element, a comment. */
const CLOSER = /[)\]}]|\/>|\*\/|-->/u;
/** A mark of a numbered list. */
const NUMBER = /^\(?(?:\d{1,4}|[a-z])[.)]$/iu;
/** Whole lines without a word: rulers, fences, ends of long strings, empty strings, a separator that was left out. */
const WHOLE = /^(?:([-*_=~#+^.`"'])\1{2,}|(?:""|''|``)[,;]?|[,;])$/u;
/** Words that begin something and say nothing alone, in the languages that most people write. */
const KEYWORDS = new Set(
  (
    'abstract alias and as assert async await case catch class const declare def del delete elif elsif enum except export ' +
    'extends extern final fn for foreach from fun func function global go if impl implements import include inline ' +
    'instanceof interface internal is lambda let local match mod module mut mutable namespace new nonlocal not of open or ' +
    'override package private protected pub public raise readonly require sealed select static struct switch template ' +
    'throw throws trait type typedef typeof union unless unsafe until use using val var virtual volatile when where while ' +
    'with'
  ).split(' '),
);

/**
 * Whether a text for an empty line says nothing yet: it only opens a string, a bracket, an item or a heading, or is one keyword. What
 * closes something says something.
 *
 * @param inside what closes the string or comment that the line begins in; '' where it begins in neither.
 */
export function onlyOpens(text: string, inside = ''): boolean {
  const line = text.trim();
  const closes = !isBlank(inside) && line.startsWith(inside);
  if (line === '' || closes) return false;
  if (!hasWord(line)) return !CLOSER.test(line) && !WHOLE.test(line);
  return NUMBER.test(line) || KEYWORDS.has(line.replace(/^[@#.]|[\s:({["'`<]+$/gu, '').toLowerCase());
}

/** Whether a text for an empty line is blank, or only opens something. */
export function saysNothing(text: string, inside?: string): boolean {
  return isBlank(text) || onlyOpens(text, inside);
}
