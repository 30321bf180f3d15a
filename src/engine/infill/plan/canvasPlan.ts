import type { MultilinePolicy } from '../../../shared/infillOptions.js';
import type { TextContext } from '../../../shared/infillRequest.js';
import { indentColumns, isBlank, type LinesAround, tabWidthOf } from '../../text/lines.js';
import { mayOpenBlock } from '../../text/blockOpeners.js';
import type { CanvasSizes } from './canvasSizes.js';

type Place = Pick<TextContext, 'languageId' | 'indentUnit'>;

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
  place: Place,
  policy: MultilinePolicy,
  { line, block }: Pick<CanvasSizes, 'line' | 'block'>,
): CanvasPlan {
  const multiline = policy === 'always' || (policy === 'auto' && expectsBlock(lines, place));
  return { multiline, size: multiline ? block : line };
}

function expectsBlock({ line, rest, above, below }: LinesAround, { languageId, indentUnit }: Place): boolean {
  const tabWidth = tabWidthOf(indentUnit);
  if (!isBlank(rest)) return false;
  if (!isBlank(line)) return mayOpenBlock(line, languageId) && isEmptyBlock(line, below, tabWidth);
  if (line !== '') return true;
  return above !== undefined && mayOpenBlock(above, languageId) && isEmptyBlock(above, below, tabWidth);
}

/** Whether the block that `opener` begins has no line yet: the next one is not further in. */
function isEmptyBlock(opener: string, next: string | undefined, tabWidth: number): boolean {
  return next === undefined || indentColumns(next, tabWidth) <= indentColumns(opener, tabWidth);
}
