import { scanCode, type CodeState } from '../../text/scanCode.js';
import type { Surroundings } from './surroundings.js';

/** Where a line of the text starts. */
export interface LineStart {
  /** As in CodeState. */
  readonly inside: string;
  readonly last: string;
  /** The innermost open bracket, '' if there is none, and how many are open. */
  readonly bracket: string;
  readonly depth: number;
}

/** The state at the start of each line of `text`; the first one's is that at the cursor. One more, for the text's end, comes last. */
export function lineStarts(text: string, around: Surroundings): readonly LineStart[] {
  const starts = [lineStart(around.cursor)];
  const end = scanCode(text, around.cursor, around.syntax, { line: (_, state) => starts.push(lineStart(state)) });
  return [...starts, lineStart(end)];
}

/** Whether what follows begins a statement: the one before is finished, or a block has just been opened. */
export function beginsStatement(start: LineStart, around: Surroundings): boolean {
  if (start.inside !== '' || start.bracket === '(' || start.bracket === '[') return false;
  if (around.syntax.blocks === 'braces') return start.last === '' || '{};'.includes(start.last);
  return around.syntax.blocks === 'colon' && start.bracket === '' && !/[,\\.+\-*/%=&|^<>~@]/u.test(start.last);
}

function lineStart({ inside, last, open }: CodeState): LineStart {
  return { inside, last, bracket: open.at(-1)?.mark ?? '', depth: open.length };
}
