import type { LanguageSyntax } from './languageSyntax.js';
import { isBlank } from './lines.js';
import { closes, scanCode, type CodeState, type OpenBracket } from './scanCode.js';

/** A closing bracket, or the end of a block, behind the cursor whose opener stands before the cursor, or nowhere. */
export interface Closer {
  readonly mark: string;
  /** Length of the indentation when it is the first thing on its line. */
  readonly indent: number | undefined;
}

/** What the text behind the cursor settles of that before it. */
export interface AfterCursor {
  /** Innermost first. */
  readonly closers: readonly Closer[];
  /** The string or block comment that the cursor is in is ended. */
  readonly endsString: boolean;
  /** The state in which the suffix begins. */
  readonly start: CodeState;
}

/** More levels than that are not code. */
const MAX_CLOSERS = 50;

export function afterCursor(cursor: CodeState, suffix: string, syntax: LanguageSyntax): AfterCursor {
  const endsString = endsText(cursor, suffix, syntax);
  const start = endsString ? cursor : { ...cursor, inside: '' };
  const closers: Closer[] = [];
  let lowest = cursor.open.length;
  let lineStart: number | undefined;
  scanCode(suffix, start, syntax, {
    line: (index) => (lineStart = index),
    closed: (index, after, found) => {
      const mark = suffix.charAt(index);
      if ((found && after.open.length >= lowest) || closers.length === MAX_CLOSERS || !')]}'.includes(mark)) return;
      lowest = Math.min(lowest, after.open.length);
      const isFirst = lineStart !== undefined && isBlank(suffix.slice(lineStart, index));
      closers.push({ mark, indent: isFirst ? after.indent : undefined });
    },
  });
  return { closers, endsString, start };
}

/**
 * The opener in `open` that a closer belongs to, -1 if there is none. One that is first on its line closes what a line of the
 * same indentation has opened, where there is such a line; otherwise, unless `strict`, the innermost opener of its kind.
 * @param strict `open` may lack outer openers, so that a closer must not take just any
 */
export function openerOf(open: readonly OpenBracket[], { mark, indent }: Closer, strict = false): number {
  const aligned = open.findLastIndex((opener) => closes(mark, opener) && opener.indent === indent);
  if (aligned >= 0 || (strict && indent !== undefined)) return aligned;
  return open.findLastIndex((opener) => closes(mark, opener));
}

/** How many of `closers` find an opener in `open`; `strict` as above. */
export function countClosed(open: readonly OpenBracket[], closers: readonly Closer[], strict: boolean): number {
  let left = open;
  let count = 0;
  for (const closer of closers) {
    const opener = openerOf(left, closer, strict);
    if (opener < 0) continue;
    left = left.slice(0, opener);
    count += 1;
  }
  return count;
}

/** Whether `suffix` ends the string or block comment that `cursor` is in. */
export function endsText(cursor: CodeState, suffix: string, syntax: LanguageSyntax): boolean {
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
