import type { TextContext } from '../../shared/infillRequest.js';
import { toLineFeeds } from './lineEnds.js';

/** What stands around the cursor, line by line. */
export interface LinesAround {
  /** The cursor's line, before and after the cursor. */
  readonly line: string;
  readonly rest: string;
  /** The nearest lines above and below it that are not blank. */
  readonly above: string | undefined;
  readonly below: string | undefined;
}

/** Text looked at on each side; enough for any line a person writes. UTF-16 units. */
const REACH = 2000;

export function linesAround({ prefix, suffix }: Pick<TextContext, 'prefix' | 'suffix'>): LinesAround {
  const before = toLineFeeds(prefix.slice(-REACH)).split('\n');
  const after = toLineFeeds(suffix.slice(0, REACH)).split('\n');
  const line = before.pop() ?? '';
  const rest = after.shift() ?? '';
  const hasText = (other: string): boolean => !isBlank(other);
  return { line, rest, above: before.findLast(hasText), below: after.find(hasText) };
}

/** Whether a text has nothing but blanks. */
export function isBlank(text: string): boolean {
  return !/\S/u.test(text);
}

/** Whether a text has a letter or a digit. */
export function hasWord(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text);
}

/** The whitespace a line starts with. */
export function indentOf(line: string): string {
  return /^[ \t]*/u.exec(line)?.[0] ?? '';
}

/** Columns a line is indented by; a tab goes to the next multiple of `tabWidth`, which is the document's (`tabWidthOf`). */
export function indentColumns(line: string, tabWidth: number): number {
  let columns = 0;
  for (const char of indentOf(line)) columns += char === '\t' ? tabWidth - (columns % tabWidth) : 1;
  return columns;
}

/** Columns of a tab in a document with tabs for indentation, whose editor's width is not known. */
const TAB = 4;

/** Columns of a tab, and of one level of indentation, in a document that indents by `indentUnit`. */
export function tabWidthOf(indentUnit: string): number {
  return /^ +$/u.test(indentUnit) ? indentUnit.length : TAB;
}
