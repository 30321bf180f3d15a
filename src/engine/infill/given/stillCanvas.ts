import type { Pipeline } from '../run/pipeline.js';
import { Canvas } from '../canvas/canvas.js';

/**
 * A canvas to be looked at, for which nothing is drawn.
 *
 * @param given as in `CanvasSettings`
 */
export function stillCanvas(
  ids: readonly number[],
  { manifest }: Pick<Pipeline['model'], 'manifest'>,
  given: readonly number[] = [],
): Canvas {
  const { mask, endOfMiddle } = manifest.tokens;
  return new Canvas(ids, { mask, endOfMiddle, temperature: 0, random: { uniform: () => 0 }, given });
}
