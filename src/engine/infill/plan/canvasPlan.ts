import type { MultilinePolicy } from '../../../shared/infillOptions.js';
import { indentationOf, isInked, type LinesAround } from '../../text/lines.js';
import { opensBlock } from '../../text/blockOpeners.js';
import type { CanvasSizes } from './canvasSizes.js';

/** What the text around the cursor says about the middle before any of it is known. */
export interface CanvasPlan {
  /** Whether the middle may go over the end of its line. */
  readonly multiline: boolean;
  /** Canvas positions. The middle is shorter: `<eom>` needs one. */
  readonly size: number;
}

/**
 * Decides between rest of line and block, as editors' users expect (Copilot's and Tabby's policies): inside a line its
 * rest; on an empty indented line, and where a block has just been opened and is still empty, lines; else the rest of
 * the line.
 */
export function canvasPlan(
  lines: LinesAround,
  languageId: string,
  policy: MultilinePolicy,
  { line, block }: Pick<CanvasSizes, 'line' | 'block'>,
): CanvasPlan {
  const multiline = policy === 'always' || (policy === 'auto' && expectsBlock(lines, languageId));
  return { multiline, size: multiline ? block : line };
}

function expectsBlock({ line, rest, above, below }: LinesAround, languageId: string): boolean {
  if (isInked(rest)) return false;
  if (isInked(line)) return opensBlock(line, languageId) && isEmptyBlock(line, below);
  if (line !== '') return true;
  return above !== undefined && opensBlock(above, languageId) && isEmptyBlock(above, below);
}

/** Whether the block that `opener` begins has no line yet: the next one is not further in. */
function isEmptyBlock(opener: string, next: string | undefined): boolean {
  return next === undefined || indentationOf(next) <= indentationOf(opener);
}
