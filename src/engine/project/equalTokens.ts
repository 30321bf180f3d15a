import { BLANK, kindOf, LINE_BREAK, lineBreakEnd, lineBreakStart, WORD } from './characters.js';

/**
 * How many of `tokens`, the nearest first, stand before `at`, and where the last of them begins.
 *
 * @param floor what stands before it is not looked at
 */
export function equalBefore(
  text: string,
  at: number,
  floor: number,
  tokens: readonly string[],
): { equal: number; start: number } {
  let start = at;
  let equal = 0;
  for (const token of tokens) {
    let end = start;
    while (end > floor && kindOf(text.charCodeAt(end - 1)) === BLANK) end--;
    const { length } = token;
    if (end <= floor || end - length < floor) break;
    if (token === '\n') {
      if (kindOf(text.charCodeAt(end - 1)) !== LINE_BREAK) break;
      start = lineBreakStart(text, end, floor);
    } else {
      let i = 1;
      while (i <= length && text.charCodeAt(end - i) === token.charCodeAt(length - i)) i++;
      if (i <= length) break;
      const begin = end - length;
      const isWord = kindOf(token.charCodeAt(0)) === WORD;
      if (isWord && begin > floor && kindOf(text.charCodeAt(begin - 1)) === WORD) break;
      start = begin;
    }
    equal++;
  }
  return { equal, start };
}

/**
 * How many of `tokens`, from `from` on, stand at `at` and after it.
 *
 * @param ceiling what stands from there on is not looked at
 */
export function equalAfter(text: string, at: number, ceiling: number, tokens: readonly string[], from: number): number {
  let begin = at;
  let index = from;
  for (; index < tokens.length; index++) {
    while (begin < ceiling && kindOf(text.charCodeAt(begin)) === BLANK) begin++;
    const token = tokens[index]!;
    const { length } = token;
    if (begin + length > ceiling) break;
    if (token === '\n') {
      if (kindOf(text.charCodeAt(begin)) !== LINE_BREAK) break;
      begin = lineBreakEnd(text, begin);
      continue;
    }
    let i = 0;
    while (i < length && text.charCodeAt(begin + i) === token.charCodeAt(i)) i++;
    if (i < length) break;
    const end = begin + length;
    if (kindOf(token.charCodeAt(0)) === WORD && end < ceiling && kindOf(text.charCodeAt(end)) === WORD) break;
    begin = end;
  }
  return index - from;
}
