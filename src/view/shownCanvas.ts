import { endOf, widened } from './units.js';
import { maskedPosition, type ViewPosition } from './viewPosition.js';
import type { ViewState } from './viewState.js';

/** The canvas that a person looks at: as it is now, while it runs, or after an earlier step. */
export function shownCanvas({ frame, isRunning, canvas, begun, timeline }: ViewState): readonly ViewPosition[] {
  if (frame === null) return isRunning ? (timeline.at(-1)?.positions ?? begun) : canvas;
  if (frame > 0) return timeline[frame - 1]?.positions ?? canvas;
  if (begun.length > 0) return begun;
  return (timeline[0]?.positions ?? []).map((_, group) => ({ ...maskedPosition(), group }));
}

/** The selected positions, [start, end); none where only the end is selected. */
export function selectedSpan(state: ViewState): { readonly start: number; readonly end: number } {
  const canvas = shownCanvas(state);
  const { anchor, focus } = state.selection;
  const end = endOf(canvas);
  const last = Math.min(Math.max(anchor, focus), end);
  const first = Math.min(anchor, focus, end);
  return widened(canvas, first, last + 1);
}
