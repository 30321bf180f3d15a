import { endOf } from './units.js';
import type { Snapshot, ViewState } from './viewState.js';

/** Edits that can be taken back. */
const MOST_SNAPSHOTS = 100;

/** The state with what can be taken back to it as it is now. */
export function remembered(state: ViewState): ViewState {
  return { ...state, done: [...state.done, snapshotOf(state)].slice(-MOST_SNAPSHOTS), undone: [] };
}

/** @returns undefined where there is nothing to take back */
export function undone(state: ViewState): ViewState | undefined {
  const last = state.done.at(-1);
  if (last === undefined) return undefined;
  return restored({ ...state, done: state.done.slice(0, -1), undone: [...state.undone, snapshotOf(state)] }, last);
}

/** @returns undefined where nothing was taken back */
export function redone(state: ViewState): ViewState | undefined {
  const last = state.undone.at(-1);
  if (last === undefined) return undefined;
  return restored({ ...state, undone: state.undone.slice(0, -1), done: [...state.done, snapshotOf(state)] }, last);
}

function snapshotOf({ canvas, steps, conditions, isEdited }: ViewState): Snapshot {
  return { canvas, steps, conditions, isEdited };
}

function restored(state: ViewState, snapshot: Snapshot): ViewState {
  const end = endOf(snapshot.canvas);
  const { anchor, focus } = state.selection;
  const selection = { anchor: Math.min(anchor, end), focus: Math.min(focus, end) };
  return { ...state, ...snapshot, selection, frame: null, isPlaying: false };
}
