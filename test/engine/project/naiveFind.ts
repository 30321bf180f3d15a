// What a search of the project's texts must answer, written as plainly as possible and apart from the index: every token of every
// text is compared. Small texts only.
import type { ProjectDocument } from '../../../src/shared/projectDocument.js';

export interface NaiveMiddle {
  text: string;
  left: number;
  right: number;
  votes: number;
}

interface Token {
  text: string;
  start: number;
  end: number;
}

const TOKEN = /\r\n|[\r\n]|(?:[\w$]|[^\s\0-\x7f])+|[^\s\0]/gu;

export function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].map((match) => ({
    text: /[\r\n]/u.test(match[0]) ? '\n' : match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

const isWord = (text: string | undefined): boolean => text !== undefined && /[\w$]|[^\s\0-\x7f]/u.test(text);

/** @param documents of the edited document, the parts above and below the cursor's line as two texts */
export function naiveFind(
  documents: readonly (ProjectDocument & { isPart?: boolean })[],
  prefix: string,
  suffix: string,
): NaiveMiddle[] {
  const typed = /(?:[\w$]|[^\s\0-\x7f])*$/u.exec(prefix)![0];
  const left = tokensOf(prefix.slice(0, prefix.length - typed.length)).map(({ text }) => text);
  const right = tokensOf(suffix).map(({ text }) => text);
  const insideWord = typed !== '' && isWord(suffix[0]);
  const found: NaiveMiddle[] = [];
  for (const { text, isPart } of documents) {
    const tokens = tokensOf(text);
    const at = (index: number): string | undefined => tokens[index]?.text;
    for (let index = 0; index <= tokens.length; index++) {
      let m = 0;
      while (m < 64 && m < left.length && index - m > 0 && at(index - 1 - m) === left.at(-1 - m)) m++;
      if (m < 3 && (left.length !== m || index !== m || isPart)) continue;
      let start = index === 0 ? 0 : tokens[index - 1]!.end;
      if (typed !== '') {
        if (at(index)?.startsWith(typed) !== true || at(index) === '\n') continue;
        start = tokens[index]!.start + typed.length;
      }
      const end = bestEnd(text, tokens, index, start);
      if (end === undefined) continue;
      const middle = cut(text, start, end.at);
      const same = found.find((other) => other.text === middle);
      if (same === undefined) found.push({ text: middle, left: m, right: end.right, votes: 1 });
      else {
        same.votes++;
        if (m + Math.min(end.right, 10) > same.left + Math.min(same.right, 10)) {
          same.left = m;
          same.right = end.right;
        }
      }
    }
  }
  const worth = (middle: NaiveMiddle): number => middle.left + Math.min(middle.right, 10);
  return found.sort((a, b) => worth(b) - worth(a) || b.votes - a.votes);

  function bestEnd(
    text: string,
    tokens: Token[],
    index: number,
    start: number,
  ): { at: number; right: number } | undefined {
    const ends: { at: number; right: number; lines: number }[] = [];
    let lines = 1;
    for (let end = index; end < tokens.length; end++) {
      const token = tokens[end]!;
      let r = 0;
      let cutAt = token.start;
      if (insideWord) {
        cutAt = token.end - right[0]!.length;
        const fits = isWord(token.text) && token.text.endsWith(right[0]!) && cutAt >= Math.max(start, token.start);
        if (fits) r = 1;
        while (r > 0 && r < 32 && r < right.length && tokens[end + r]?.text === right[r]) r++;
      } else if (token.start >= start) {
        while (r < 32 && r < right.length && tokens[end + r]?.text === right[r]) r++;
      }
      const isEnd = r > 0 || (right.length === 0 && token.text === '\n');
      if (isEnd) ends.push({ at: cutAt, right: r, lines });
      if (token.text === '\n') lines++;
      if (lines > 10) break;
    }
    const lineEnd = right.indexOf('\n') + 1;
    const rest = Math.min(10, lineEnd === 0 ? right.length : lineEnd);
    const fit = ends.filter((end) => end.lines === 1 || end.right >= rest);
    const most = Math.max(...fit.map((end) => Math.min(10, end.right)));
    const best = fit.find((end) => Math.min(10, end.right) === most);
    const isLast = !tokens.slice(index).some((token) => token.text === '\n');
    if (best === undefined && isLast && (right[0] ?? '\n') === '\n') return { at: text.length, right: 0 };
    return best;
  }

  function cut(text: string, start: number, end: number): string {
    let middle = text.slice(start, end);
    if (middle.trim() === '' && !/[\r\n]/u.test(middle)) return '';
    if (prefix === '' || /\s$/u.test(prefix)) middle = middle.replace(/^[^\S\r\n]+/u, '');
    if (suffix === '' || /^\s/u.test(suffix)) middle = middle.replace(/[^\S\r\n]+$/u, '');
    const linesBefore = text.slice(0, start).split(/[\r\n]/u);
    const indent = /^[ \t]*/u.exec(linesBefore.at(-1)! + text.slice(start, end))![0];
    return middle
      .split(/\r\n?|\n/u)
      .map((each, number, all) => {
        if (number === 0) return each;
        let shared = 0;
        while (shared < indent.length && each[shared] === indent[shared]) shared++;
        const rest = each.slice(shared);
        return number < all.length - 1 && rest.trim() === '' ? '' : rest;
      })
      .join('\n');
  }
}
