import type { TextContext } from '../../shared/infillRequest.js';

/** What filters may know about the document around the text. All line ends are `\n`. */
export interface Surroundings {
  /** The document's last part before the cursor and first part after it, bounded by WINDOW. */
  readonly prefix: string;
  readonly suffix: string;
  /** The cursor's line, before and after the cursor. */
  readonly lineBefore: string;
  readonly restOfLine: string;
  /** Whole lines above and below the cursor's line, in document order. */
  readonly linesAbove: readonly string[];
  readonly linesBelow: readonly string[];
  readonly eol: '\n' | '\r\n';
  readonly multiline: boolean;
}

/** UTF-16 units looked at on each side. Enough for any block a person can see, and cheap in a 10 MB document. */
const WINDOW = 16_000;

export function surroundingsOf(context: TextContext & { readonly multiline: boolean }): Surroundings {
  const prefix = toLineFeeds(context.prefix.slice(-WINDOW));
  const suffix = toLineFeeds(context.suffix.slice(0, WINDOW));
  const above = prefix.split('\n');
  const below = suffix.split('\n');
  const lineBefore = above.pop() ?? '';
  const restOfLine = below.shift() ?? '';
  return {
    prefix,
    suffix,
    lineBefore,
    restOfLine,
    linesAbove: above,
    linesBelow: below,
    eol: context.eol,
    multiline: context.multiline,
  };
}

export function toLineFeeds(text: string): string {
  return text.replace(/\r\n?/gu, '\n');
}
