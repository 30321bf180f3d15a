import type { TextContext } from '../../shared/infillRequest.js';
import { isInked } from './isInked.js';

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
const LINE_BREAK = /\r\n?|\n/u;

export function linesAround({ prefix, suffix }: Pick<TextContext, 'prefix' | 'suffix'>): LinesAround {
  const before = prefix.slice(-REACH).split(LINE_BREAK);
  const after = suffix.slice(0, REACH).split(LINE_BREAK);
  const line = before.pop() ?? '';
  const rest = after.shift() ?? '';
  return { line, rest, above: before.findLast(isInked), below: after.find(isInked) };
}
