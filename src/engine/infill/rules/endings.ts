import { saysNothing } from '../../text/onlyOpens.js';
import { movedToEnd } from './movedToEnd.js';
import { withoutIds } from '../../diffusion/draw.js';
import type { Canvas } from '../canvas/canvas.js';
import type { Rule } from '../canvas/rule.js';

/** Where text follows the hole, a middle does not end while it leaves open what it opened itself. */
export function noOpenEnds(endOfMiddle: number, leavesOpen: (canvas: Canvas) => boolean): Rule {
  return (rows, canvas) => {
    const first = rows[0];
    if (first?.position !== 0 || !first.ids.includes(endOfMiddle)) return rows;
    return leavesOpen(canvas) ? [withoutIds(first, (id) => id === endOfMiddle), ...rows.slice(1)] : rows;
  };
}

/**
 * Counts tokens after which nothing of the middle follows as `<eom>`: choosing one of them and ending would be the same
 * text, so their probabilities belong together. Where `<eom>` is not allowed these tokens are not either.
 *
 * @param ends whether the middle ends where this token stands; `position` counts from the first canvas's start.
 */
export function endingTokens(endOfMiddle: number, ends: (id: number, position: number) => boolean): Rule {
  return (rows, canvas) =>
    rows.map((row) => {
      const endsHere = (id: number): boolean => ends(id, canvas.offset + row.position);
      if (!canvas.mayEndAt(row.position)) return withoutIds(row, endsHere);
      return movedToEnd(row, endOfMiddle, (id) => (endsHere(id) ? 1 : 0));
    });
}

/** On an empty line something is missing: a middle there does not end before it has said anything (`saysNothing`). */
export function mustWriteFirst(endOfMiddle: number, textOf: (canvas: Canvas) => string, inside?: string): Rule {
  return (rows, canvas) => {
    const first = rows[0];
    if (first?.position !== 0 || !saysNothing(textOf(canvas), inside)) return rows;
    return [withoutIds(first, (id) => id === endOfMiddle), ...rows.slice(1)];
  };
}
