import { positionFrames } from '../picture/positionFrames.js';
import { runPicture } from '../picture/runPicture.js';
import type { ViewState } from './viewState.js';
import { sayer } from './words.js';

/** An animated picture of the last run; where there was none, of the canvas as it is. */
export function pictureOf({ place, begun, timeline, canvas }: ViewState): string {
  const frames = timeline.length > 0 ? positionFrames(begun, timeline) : positionFrames(canvas, []);
  const title = sayer(place.words)('title', place.name);
  return runPicture({ before: place.before, after: place.after, frames, title });
}
