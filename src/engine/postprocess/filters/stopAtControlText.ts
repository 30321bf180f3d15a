import { cut, type Filter } from '../surroundings/filter.js';
import { foreignCharacter, ownHiddenCharacters } from '../../text/foreignCharacters.js';

/** Tokens of language models in text form. Names that people also write, such as `<mask>` or `<filename>`, are left alone. */
const SENTINEL =
  /<\|[a-z_]{2,24}\|>|<\/?s>(?=\s*$)|<(?:fim_(?:prefix|middle|suffix|pad)|file_sep|repo_name|reponame|gh_stars|issue_(?:start|comment|closed)|jupyter_(?:start|text|code|output|script)|empty_output)>/iu;

/** Stops before text that only a language model writes, or that a reader cannot see; what follows it cannot be trusted either. */
export const stopAtControlText: Filter = (text, around) => {
  const foreign = foreignCharacter(text, around, ownHiddenCharacters(around)) ?? text.length;
  const sentinel = SENTINEL.exec(text);
  // A document that itself speaks of a sentinel, a tokenizer's source for example, may go on doing so.
  const meant = sentinel !== null && (around.prefix.includes(sentinel[0]) || around.suffix.includes(sentinel[0]));
  const end = Math.min(foreign, sentinel === null || meant ? text.length : sentinel.index);
  return end === text.length
    ? text
    : cut(text, end, 'empty', 'The text begins with a hidden character or a control token.');
};
