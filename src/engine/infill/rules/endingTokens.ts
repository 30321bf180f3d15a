import { withoutIds } from '../../diffusion/withoutIds.js';
import type { Refinement } from '../denoise/modelDenoiser.js';
import { movedToEnd } from './movedToEnd.js';

/**
 * Counts tokens after which nothing of the middle follows as `<eom>`: choosing one of them and ending would be the same
 * text, so their probabilities belong together. Where `<eom>` is not allowed these tokens are not either.
 *
 * @param ends whether the middle ends where this token stands; `position` counts from the first canvas's start.
 */
export function endingTokens(endOfMiddle: number, ends: (id: number, position: number) => boolean): Refinement {
  return (rows, lane) =>
    rows.map((row) => {
      const endsHere = (id: number): boolean => ends(id, lane.offset + row.position);
      if (row.position < lane.endAllowedFrom) return withoutIds(row, endsHere);
      return movedToEnd(row, endOfMiddle, (id) => (endsHere(id) ? 1 : 0));
    });
}
