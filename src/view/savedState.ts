import { stoppedRun } from './takePart.js';
import type { ViewState } from './viewState.js';

/** Raised when the state gets another shape: one of an earlier version is not taken up. */
const VERSION = 2;
/** Fewer than while the view is open, since all of it is written with each change. */
const KEPT_SNAPSHOTS = 20;

/** What is kept over a reload, as plain JSON. */
export interface SavedState {
  readonly version: number;
  readonly state: ViewState;
}

export function saved(state: ViewState): SavedState {
  const { done, undone } = state;
  return {
    version: VERSION,
    state: { ...state, done: done.slice(-KEPT_SNAPSHOTS), undone: undone.slice(-KEPT_SNAPSHOTS), isPlaying: false },
  };
}

/**
 * The state from before a reload. A run did not live through it, so what it had settled stays.
 *
 * @param value whatever was kept
 * @returns undefined where that is no state of this version
 */
export function restoredState(value: unknown): ViewState | undefined {
  if (typeof value !== 'object' || value === null || !('version' in value) || value.version !== VERSION)
    return undefined;
  const { state } = value as SavedState;
  const { asked: _asked, notice: _notice, ...kept } = stoppedRun(state).state;
  return kept;
}
