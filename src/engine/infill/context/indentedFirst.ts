import type { Tokenizer } from '../../tokenizer/tokenizerContract.js';
import type { HealedPrefix } from './healing.js';
import { indentColumns, type LinesAround } from '../../text/lines.js';

/** Columns that a token of blanks begins with; a single blank belongs to the word after it. */
const LEAST = 2;

const BLANKS = /^[ \t]+$/u;

/**
 * Between indented lines the text for an empty line begins with blanks; how many is the model's choice. A model that writes from left
 * to right takes the start of a line for a place where something new begins.
 *
 * @param healed the context, whose line break went back to the canvas.
 */
export function indentedFirst(
  healed: HealedPrefix,
  lines: LinesAround,
  tabWidth: number,
  tokenizer: Tokenizer,
): HealedPrefix {
  const { healed: bytes, allowedFirst } = healed;
  if (allowedFirst === undefined || bytes.length !== 1 || !isBetweenIndented(lines, tabWidth)) return healed;
  const indents = allowedFirst.filter((id) =>
    BLANKS.test(Buffer.from(tokenizer.bytesOf(id).subarray(bytes.length)).toString('latin1')),
  );
  return indents.length > 0 ? { ...healed, allowedFirst: indents } : healed;
}

/** Whether the cursor's line is empty, and the nearest lines with text above and below are indented. */
function isBetweenIndented({ line, rest, above = '', below = '' }: LinesAround, tabWidth: number): boolean {
  return line === '' && rest === '' && [above, below].every((other) => indentColumns(other, tabWidth) >= LEAST);
}
