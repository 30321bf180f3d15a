import type { RequestRecord } from './requestLog.js';
import { isSamePlace, type RequestPlace } from './requestPlace.js';

/**
 * Whether a request was withdrawn because its editor lost the focus, as to the palette or to a list: the text and the cursor are as they
 * were when it was asked, and nothing was asked since. Who goes on typing asks again.
 *
 * @param here the place of the cursor now
 */
export function lostToList({ reason, place }: RequestRecord, here: RequestPlace | undefined): boolean {
  return reason === 'cancelled' && place !== undefined && here !== undefined && isSamePlace(place, here);
}
