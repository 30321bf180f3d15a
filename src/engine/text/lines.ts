import type { TextContext } from '../../shared/infillRequest.js';
import { toLineFeeds } from './lineEnds.js';

/** What stands around the cursor, line by line. */
export interface LinesAround {
  /** The cursor's line, before and after the cursor. */
  readonly line: string;
  readonly rest: string;
  /** The nearest lines with ink above and below it. */
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
  return { line, rest, above: before.findLast(isInked), below: after.find(isInked) };
}

/** Whether a line has anything on it besides blanks. */
export function isInked(line: string): boolean {
  return line.trim() !== '';
}

/** The whitespace a line starts with. */
export function indentOf(line: string): string {
  return /^[ \t]*/u.exec(line)?.[0] ?? '';
}

/** Columns a line is indented by; a tab goes to the next multiple of `tabWidth`. */
export function indentColumns(line: string, tabWidth: number): number {
  let columns = 0;
  for (const char of indentOf(line)) columns += char === '\t' ? tabWidth - (columns % tabWidth) : 1;
  return columns;
}

const TAB = 4;

/** Columns of blanks at the start of a line, tabs to multiples of four: good for comparing lines of one document. */
export function indentationOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    if (character === ' ') columns++;
    else if (character === '\t') columns += TAB - (columns % TAB);
    else break;
  }
  return columns;
}

export function isBlank(text: string): boolean {
  return !/\S/u.test(text);
}
