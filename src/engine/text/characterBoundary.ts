import type { TextContext } from '../../shared/infillRequest.js';

/** The offset nearest to `offset`, not after it, that splits neither a surrogate pair nor a CRLF. */
export function characterBoundary(text: string, offset: number): number {
  if (offset <= 0 || offset >= text.length) return Math.min(Math.max(offset, 0), text.length);
  const before = text.charCodeAt(offset - 1);
  const after = text.charCodeAt(offset);
  const splitsPair = before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
  const splitsLineEnd = before === 0x0d && after === 0x0a;
  return splitsPair || splitsLineEnd ? offset - 1 : offset;
}

/** Whether prefix and suffix meet inside a surrogate pair or a CRLF: what would be inserted there breaks the text. */
export function splitsCharacter({ prefix, suffix }: Pick<TextContext, 'prefix' | 'suffix'>): boolean {
  const around = prefix.slice(-1) + suffix.slice(0, 1);
  return prefix !== '' && characterBoundary(around, 1) !== 1;
}
