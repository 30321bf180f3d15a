import { BLANK, kindOf, LINE_BREAK, lineBreakEnd, WORD } from './characters.js';

/** A token as the index has them: an identifier, a mark or a line break. */
export interface TextToken {
  /** `\n` for any line break. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The tokens of a text, the first `most` of them; blanks do not count. */
export function tokensOf(text: string, most = Infinity): TextToken[] {
  const tokens: TextToken[] = [];
  let at = 0;
  while (at < text.length && tokens.length < most) {
    const kind = kindOf(text.charCodeAt(at));
    if (kind === BLANK) {
      at++;
      continue;
    }
    let end = at + 1;
    if (kind === LINE_BREAK) end = lineBreakEnd(text, at);
    else if (kind === WORD) while (end < text.length && kindOf(text.charCodeAt(end)) === WORD) end++;
    tokens.push({ text: kind === LINE_BREAK ? '\n' : text.slice(at, end), start: at, end });
    at = end;
  }
  return tokens;
}

/** Whether a token is an identifier, a keyword or a number. */
export function isWord(token: string): boolean {
  return token !== '' && kindOf(token.charCodeAt(0)) === WORD;
}
