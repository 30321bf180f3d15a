/** Why a text of the project takes no part though nothing forbids it. */
export type Unusable = 'large' | 'binary' | 'minified';

/** Larger files are data or were written by programs. Bytes of a file, or UTF-16 units of an open document. */
export const LARGEST_TEXT = 256 * 1024;

/** Written in paragraphs, each of which is a line. */
const PROSE = new Set(['markdown', 'plaintext', 'latex', 'tex', 'restructuredtext', 'asciidoc', 'html']);
/** Lengths of lines that nobody writes, as for the texts that the bundled model learned from. */
const LIMITS = { code: { mean: 100, line: 1000 }, prose: { mean: 250, line: 3000 } };
/** Shorter texts have too few lines for a mean. */
const SHORTEST_JUDGED = 2000;
const BYTE_ORDER_MARK = '\u{FEFF}';
const NOT_DECODED = '\u{FFFD}';

/** Why a text is not worth looking things up in; undefined if it is. */
export function unusable(text: string, languageId: string): Unusable | undefined {
  if (text.length > LARGEST_TEXT) {
    return 'large';
  }
  if (text.includes('\0')) {
    return 'binary';
  }
  return isMinified(text, PROSE.has(languageId) ? LIMITS.prose : LIMITS.code) ? 'minified' : undefined;
}

/** @returns the text of a file in UTF-8; undefined where it is none */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** @returns the text without its byte order mark; undefined where some of it could not be decoded */
export function wellDecoded(text: string): string | undefined {
  return text.includes(NOT_DECODED) ? undefined : text.replace(BYTE_ORDER_MARK, '');
}

/** One long line among others is data in somebody's source; where such lines are most of the text, a program wrote it. */
function isMinified(text: string, { mean, line: longest }: { readonly mean: number; readonly line: number }): boolean {
  if (text.length < SHORTEST_JUDGED) {
    return false;
  }
  const lengths = text.split('\n').map(({ length }) => length);
  const inLong = lengths.filter((length) => length > longest).reduce((sum, length) => sum + length, 0);
  return text.length / lengths.length > mean || inLong > text.length / 2;
}
