import type { Span, TextContext } from '../../shared/infillRequest.js';

/** More than any model here looks at; what lies further away is not handed on. */
const MAX_PREFIX = 32_000;
const MAX_SUFFIX = 16_000;

/** What an editor would know about the text around `hole`. */
export function documentContext(text: string, hole: Span, languageId: string): TextContext {
  const start = characterStart(text, Math.max(0, hole.start - MAX_PREFIX));
  const end = characterStart(text, Math.min(text.length, hole.end + MAX_SUFFIX));
  return {
    prefix: text.slice(start, hole.start),
    prefixOffset: start,
    suffix: text.slice(hole.end, end),
    languageId,
    eol: eolOf(text),
    indentUnit: indentUnitOf(text),
  };
}

/** The line end that the text uses more often; `\n` when it has none. */
export function eolOf(text: string): '\n' | '\r\n' {
  const all = text.match(/\n/g)?.length ?? 0;
  const windows = text.match(/\r\n/g)?.length ?? 0;
  return windows * 2 > all ? '\r\n' : '\n';
}

/** One level of indentation: a tab, or the most frequent increase from one line to the next; two spaces when nothing tells. */
export function indentUnitOf(text: string): string {
  const votes = new Map<string, number>();
  let previous = 0;
  for (const [, blanks = ''] of text.slice(0, 200_000).matchAll(/^([ \t]*)[^\s]/gm)) {
    const increase = blanks.length - previous;
    if (blanks.startsWith('\t')) {
      votes.set('\t', (votes.get('\t') ?? 0) + 1);
    } else if (increase >= 2 && increase <= 8) {
      votes.set(' '.repeat(increase), (votes.get(' '.repeat(increase)) ?? 0) + 1);
    }
    previous = blanks.length;
  }
  const [best] = [...votes].sort(([, a], [, b]) => b - a);
  return best?.[0] ?? '  ';
}

/** Moves an offset that would split a surrogate pair or a CRLF to before it. */
export function characterStart(text: string, offset: number): number {
  return /^(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|\r\n)$/.test(text.slice(offset - 1, offset + 1)) ? offset - 1 : offset;
}
