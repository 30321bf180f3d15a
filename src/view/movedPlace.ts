import { spliced, unitsOf } from './units.js';
import type { Snapshot, ViewState } from './viewState.js';
import type { ViewPosition } from './viewPosition.js';

/** UTF-16 units before the place that its first token can spell again. */
const RESPELT_UNITS = 64;

/** Whether the text right before a place is another one, so that the first token of a canvas may not fit it any more. */
export function isOtherBefore(before: string, now: string): boolean {
  return before.slice(-RESPELT_UNITS) !== now.slice(-RESPELT_UNITS);
}

/**
 * The state behind another text: a first token spells the end of the text before it again, and of another one it would be wrong. So it
 * becomes a text, of which the next run makes tokens again. While a run goes on, that is done once it has ended.
 */
export function moved(state: ViewState): ViewState {
  if (state.isRunning) return { ...state, isMoved: true };
  const { canvas, begun, timeline, done, undone } = state;
  const kept = (snapshot: Snapshot): Snapshot => ({ ...snapshot, canvas: loosened(snapshot.canvas) });
  return {
    ...state,
    ...{ canvas: loosened(canvas), begun: loosened(begun), done: done.map(kept), undone: undone.map(kept) },
    timeline: timeline.map((step) => ({ ...step, positions: loosened(step.positions) })),
  };
}

/** The state after a run, behind whatever text there is now. */
export function settledMove(state: ViewState): ViewState {
  const { isMoved, ...kept } = state;
  return isMoved === true ? moved(kept) : state;
}

function loosened(canvas: readonly ViewPosition[]): readonly ViewPosition[] {
  const [first] = unitsOf(canvas);
  if (first === undefined || first.isMasked || first.position.isTyped === true) return canvas;
  const { text, position, start, end } = first;
  const typed: ViewPosition = { ...position, id: null, text, isTyped: true };
  return spliced(canvas, start, end, text === '' ? [] : [typed]);
}
