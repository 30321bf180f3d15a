import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { Alternative } from './alternatives.js';
import type { SectionText } from './sectionText.js';
import type { Suspect } from './suspects.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** Words of letters that are long enough to be recognised with a letter other. */
const WORD = /^( ?)([A-Za-z][a-z]{3,24})$/u;

/**
 * A suspect word with one letter more, less, other, or exchanged with its neighbour, where the tokenizer has a token for what comes
 * of it and none for what stands there: a tokenizer has whole tokens for words that are common, and none for misspelt ones.
 */
export function respelt(
  { units }: Pick<SectionText, 'units'>,
  suspect: Suspect,
  tokenizer: Tokenizer,
): readonly Alternative[] {
  const { from, to } = suspect;
  const own = units.slice(from, to);
  const [, blank, word] = WORD.exec(own.map(({ text }) => text).join('')) ?? [];
  if (blank === undefined || word === undefined || own.length < 2) return [];
  const isToken = (text: string): boolean => tokenizer.encode(text).length === 1;
  return oneLetterOther(word)
    .map((variant) => blank + variant)
    .filter(isToken)
    .map((text) => ({ from, to, text, source: 'respelt' as const }));
}

/** All words that differ by one letter, those with another first letter left out; see Norvig, How to Write a Spelling Corrector. */
function oneLetterOther(word: string): readonly string[] {
  const words = new Set<string>();
  for (let i = 1; i <= word.length; i++) {
    const [left, right] = [word.slice(0, i), word.slice(i)];
    if (right !== '') words.add(left + right.slice(1));
    if (right.length > 1) words.add(left + right[1]! + right[0]! + right.slice(2));
    for (const letter of LETTERS) {
      words.add(left + letter + right);
      if (right !== '') words.add(left + letter + right.slice(1));
    }
  }
  words.delete(word);
  return [...words];
}
