/** A stretch of text of known length that is read piece by piece: documents may be large, only what is sent is read. */
export interface TextSegment {
  /** UTF-16 code units, as all offsets here. */
  readonly length: number;
  read(start: number, end: number): string;
}

/** At most this much text before the cursor is sent. The model reads about 512 tokens, some 2000 units of code. */
export const PREFIX_LIMIT = 12288;

/** The sent text starts at a multiple of this, so that typing does not shift its start and the model's cache stays valid. */
export const PREFIX_ANCHOR = 4096;

/** At most this much text after the cursor is sent. */
export const SUFFIX_LIMIT = 4000;

/** Where the sent text starts when `length` units stand before the cursor: at least 8192 are sent when there are so many. */
export function prefixStart(length: number): number {
  return Math.max(0, Math.ceil((length - PREFIX_LIMIT) / PREFIX_ANCHOR) * PREFIX_ANCHOR);
}

/** @param segments texts that stand one after the other before the cursor. */
export function readPrefix(segments: readonly TextSegment[]): {
  readonly prefix: string;
  readonly prefixOffset: number;
} {
  const total = segments.reduce((sum, segment) => sum + segment.length, 0);
  const start = prefixStart(total);
  let offset = 0;
  let prefix = '';
  for (const segment of segments) {
    const end = offset + segment.length;
    if (end > start) {
      prefix += segment.read(Math.max(0, start - offset), segment.length);
    }
    offset = end;
  }
  prefix = withoutHalfCharacter(prefix, start);
  // A document may give back one unit more or less where the start falls between \r and \n.
  return { prefix, prefixOffset: total - prefix.length };
}

export function readSuffix(segment: TextSegment): string {
  const text = segment.read(0, Math.min(SUFFIX_LIMIT, segment.length));
  const last = text.charCodeAt(text.length - 1);
  return segment.length > SUFFIX_LIMIT && last >= 0xd800 && last < 0xdc00 ? text.slice(0, -1) : text;
}

/** Longer texts are sent as far as a model may read them. */
export const WHOLE_LIMIT = 200_000;

/**
 * What stands around several places in a text.
 *
 * @param pieces what stands before the first place, between each and the next, and after the last, each as texts one after the other
 */
export function readAround(pieces: readonly (readonly TextSegment[])[]): {
  readonly parts: readonly string[];
  readonly isWhole: boolean;
} {
  const lengthOf = (piece: readonly TextSegment[]): number => piece.reduce((sum, { length }) => sum + length, 0);
  const isWhole = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0) <= WHOLE_LIMIT;
  const parts = pieces.map((piece, index) => {
    if (!isWhole && index === 0) {
      return readPrefix(piece).prefix;
    }
    const [only = segmentOf('')] = piece;
    if (!isWhole && index === pieces.length - 1) {
      return readSuffix(only);
    }
    return !isWhole && lengthOf(piece) > PREFIX_LIMIT + SUFFIX_LIMIT
      ? readEnds(only)
      : piece.map((segment) => segment.read(0, segment.length)).join('');
  });
  return { parts, isWhole };
}

/** The start and the end of a text between two places that are too far apart to be read together, in whole lines. */
function readEnds(segment: TextSegment): string {
  const start = readSuffix(segment);
  const { prefix: end } = readPrefix([segment]);
  return start.slice(0, start.lastIndexOf('\n') + 1) + end.slice(end.indexOf('\n') + 1);
}

/** A text that is already at hand, as a segment. */
export function segmentOf(text: string): TextSegment {
  return { length: text.length, read: (start, end) => text.slice(start, end) };
}

function withoutHalfCharacter(text: string, start: number): string {
  const first = text.charCodeAt(0);
  return start > 0 && first >= 0xdc00 && first < 0xe000 ? text.slice(1) : text;
}
