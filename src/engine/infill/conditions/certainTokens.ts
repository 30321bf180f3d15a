import type { CandidateToken } from '../../../shared/outcome.js';
import { toLineFeeds } from '../../text/lineEnds.js';
import { tokenTexts } from '../../tokenizer/tokenTexts.js';
import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';

/** A text, with any line ends, as tokens that nobody had to find. */
export function certainTokens(text: string, tokenizer: Tokenizer): CandidateToken[] {
  const texts = tokenTexts(tokenizer.encode(toLineFeeds(text)), tokenizer);
  let at = 0;
  return texts.map((own, i) => {
    const end = i === texts.length - 1 ? text.length : endIn(text, at, own);
    const given = text.slice(at, end);
    at = end;
    return { text: given, confidence: 1, step: 0 };
  });
}

/** Where in `text` a token's text ends that begins at `start`: there, line ends may have two units. */
function endIn(text: string, start: number, own: string): number {
  let end = start;
  for (const character of own) end += character === '\n' && text.startsWith('\r\n', end) ? 2 : character.length;
  return end;
}
