import type { InfillOptions } from '../../../shared/infillOptions.js';
import type { TextContext } from '../../../shared/infillRequest.js';
import type { RecommendedOptions } from '../../contract/recommended.js';
import { indentationOf, isInked, linesAround } from '../../text/lines.js';
import { opensBlock } from '../../text/blockOpeners.js';

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
 * @param limit most positions of the model's canvas.
 */
export function canvasPlan(
  context: TextContext,
  { multiline: policy, maxTokens, steps }: Pick<InfillOptions, 'multiline' | 'maxTokens' | 'steps'>,
  limit: number,
  {
    lineCanvas,
    blockCanvas,
    positionsPerStep,
  }: Pick<RecommendedOptions, 'lineCanvas' | 'blockCanvas' | 'positionsPerStep'>,
): CanvasPlan {
  const multiline = policy === 'always' || (policy === 'auto' && expectsBlock(context));
  return {
    multiline,
    size: Math.max(
      1,
      Math.min(multiline ? blockCanvas : lineCanvas, Math.floor(positionsPerStep * steps), maxTokens, limit),
    ),
  };
}

function expectsBlock({ prefix, suffix, languageId }: TextContext): boolean {
  const { line, rest, above, below } = linesAround({ prefix, suffix });
  if (isInked(rest)) return false;
  if (isInked(line)) return opensBlock(line, languageId) && isEmptyBlock(line, below);
  if (line !== '') return true;
  return above !== undefined && opensBlock(above, languageId) && isEmptyBlock(above, below);
}

/** Whether the block that `opener` begins has no line yet: the next one is not further in. */
function isEmptyBlock(opener: string, next: string | undefined): boolean {
  return next === undefined || indentationOf(next) <= indentationOf(opener);
}
