import { withoutIds } from '../../diffusion/withoutIds.js';
import { isInked } from '../../text/isInked.js';
import type { Lane } from '../canvas/lane.js';
import type { Refinement } from '../denoise/modelDenoiser.js';

/** On an empty line something is missing: a middle there does not end before it has said anything. */
export function inkFirst(endOfMiddle: number, textOf: (lane: Lane) => string): Refinement {
  return (rows, lane) => {
    const first = rows[0];
    if (first?.position !== 0 || isInked(textOf(lane))) return rows;
    return [withoutIds(first, (id) => id === endOfMiddle), ...rows.slice(1)];
  };
}
