import type { InfillOptions } from '../../../shared/infillOptions.js';
import type { RecommendedOptions } from '../../contract/recommended.js';

/** Canvas positions. */
export interface CanvasSizes {
  /** For the rest of a line, and for lines of a block. */
  readonly line: number;
  readonly block: number;
  /** However long the middle is. */
  readonly most: number;
}

/**
 * @param limit most positions of the model's canvas.
 * @param unlimitedBySteps whether few steps can fill any canvas, since what they leave masked is drafted after the last one.
 */
export function canvasSizes(
  { maxTokens, steps }: Pick<InfillOptions, 'maxTokens' | 'steps'>,
  {
    lineCanvas,
    blockCanvas,
    positionsPerStep,
  }: Pick<RecommendedOptions, 'lineCanvas' | 'blockCanvas' | 'positionsPerStep'>,
  { limit, unlimitedBySteps }: { readonly limit: number; readonly unlimitedBySteps: boolean },
): CanvasSizes {
  const most = Math.min(maxTokens, limit);
  const reach = unlimitedBySteps ? most : Math.min(most, Math.floor(positionsPerStep * steps));
  const sized = (wanted: number): number => Math.max(1, Math.min(wanted, reach));
  return { line: sized(lineCanvas), block: sized(blockCanvas), most };
}
