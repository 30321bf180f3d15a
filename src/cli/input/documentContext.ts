import { eolOf, indentUnitOf } from '../../atCursor/textForm.js';
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

/** Moves an offset that would split a surrogate pair or a CRLF to before it. */
export function characterStart(text: string, offset: number): number {
  return /^(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|\r\n)$/.test(text.slice(offset - 1, offset + 1)) ? offset - 1 : offset;
}
