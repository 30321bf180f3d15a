import { withoutIds } from '../../diffusion/withoutIds.js';
import type { Lane } from '../canvas/lane.js';
import type { Refinement } from '../denoise/modelDenoiser.js';

/** Where text follows the hole, a middle does not end while it leaves open what it opened itself. */
export function noOpenEnds(endOfMiddle: number, leavesOpen: (lane: Lane) => boolean): Refinement {
  return (rows, lane) => {
    const first = rows[0];
    if (first?.position !== 0 || !first.ids.includes(endOfMiddle)) return rows;
    return leavesOpen(lane) ? [withoutIds(first, (id) => id === endOfMiddle), ...rows.slice(1)] : rows;
  };
}
