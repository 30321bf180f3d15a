import type { LanguageSyntax } from './languageSyntax.js';
import { closes, scanCode, type CodeState, type OpenBracket } from './scanCode.js';

/** A closing bracket behind the cursor whose opener stands before the cursor, or nowhere. */
export interface Closer {
  readonly mark: string;
  /** Length of the indentation when the bracket is the first thing on its line. */
  readonly indent: number | undefined;
}

/** What the text behind the cursor settles of that before it. */
export interface AfterCursor {
  /** Innermost first. */
  readonly closers: readonly Closer[];
  /** The string or block comment that the cursor is in is ended. */
  readonly endsString: boolean;
}

/** More levels than that are not code. */
const MAX_CLOSERS = 50;

export function afterCursor(cursor: CodeState, suffix: string, syntax: LanguageSyntax): AfterCursor {
  const endsString = endsStringOf(cursor, suffix, syntax);
  const closers: Closer[] = [];
  let lowest = cursor.open.length;
  let lineStart: number | undefined;
  scanCode(suffix, endsString ? cursor : { ...cursor, inside: '' }, syntax, {
    line: (index) => (lineStart = index),
    closed: (index, after, found) => {
      const mark = suffix.charAt(index);
      if ((found && after.open.length >= lowest) || closers.length === MAX_CLOSERS || !')]}'.includes(mark)) return;
      lowest = Math.min(lowest, after.open.length);
      const isFirst = lineStart !== undefined && suffix.slice(lineStart, index).trim() === '';
      closers.push({ mark, indent: isFirst ? after.indent : undefined });
    },
  });
  return { closers, endsString };
}

/**
 * How many of `closers` find an opener in `open`. One that is first on its line closes what a line of the same indentation
 * has opened, where there is such a line; otherwise, unless `strict`, the innermost bracket of its kind.
 * @param strict `open` may lack outer brackets, so that a closer must not take just any
 */
export function countClosed(open: readonly OpenBracket[], closers: readonly Closer[], strict: boolean): number {
  let left = open;
  let count = 0;
  for (const { mark, indent } of closers) {
    const aligned = left.findLastIndex((opener) => closes(mark, opener) && opener.indent === indent);
    const nearest = strict && indent !== undefined ? -1 : left.findLastIndex((opener) => closes(mark, opener));
    const opener = aligned < 0 ? nearest : aligned;
    if (opener < 0) continue;
    left = left.slice(0, opener);
    count += 1;
  }
  return count;
}

function endsStringOf(cursor: CodeState, suffix: string, syntax: LanguageSyntax): boolean {
  const { inside } = cursor;
  if (inside === '' || inside === '\n') return false;
  const comment = syntax.blockComments.find(([, close]) => close === inside);
  if (comment !== undefined) {
    // An end that comes after another beginning belongs to that.
    const [begin, end] = comment.map((mark) => suffix.indexOf(mark));
    return end !== undefined && end >= 0 && (begin === undefined || begin < 0 || end < begin);
  }
  // A delimiter further on may as well begin the next string. Then what follows is read inside out and ends in a string.
  const reach = syntax.strings.includes(inside) ? (suffix.split('\n', 1)[0] ?? '') : suffix;
  return reach.includes(inside) && scanCode(reach, cursor, syntax).inside !== inside;
}
