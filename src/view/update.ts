import { received } from './receive.js';
import { selectedSpan, shownCanvas } from './shownCanvas.js';
import {
  begunRun,
  insertion,
  picture,
  stoppedRun,
  type Updated,
  withConditions,
  withEdit,
  withHistory,
  withoutAsked,
  withQuestion,
  withRun,
  withSteps,
  passing,
} from './takePart.js';
import { endOf } from './units.js';
import type { ViewAction } from './viewAction.js';
import type { ViewState } from './viewState.js';

/** What an action makes of a view, and what has to be said to the extension. */
export function update(state: ViewState, action: ViewAction): Updated {
  const quiet = (next: ViewState): Updated => ({ state: next, posts: [] });
  switch (action.type) {
    case 'message':
      return received(state, action.message);
    case 'select': {
      const focus = Math.min(Math.max(0, action.position), endOf(shownCanvas(state)));
      const anchor = action.extends === true ? state.selection.anchor : focus;
      return quiet({ ...withoutAsked(state), selection: { anchor, focus } });
    }
    case 'scrub':
      return quiet({ ...scrubbed(state, action.frame), isPlaying: false });
    case 'play':
      if (state.timeline.length === 0 || state.isRunning) return quiet(state);
      return quiet({ ...(state.frame === null ? scrubbed(state, 0) : state), isPlaying: true });
    case 'tick': {
      if (!state.isPlaying) return quiet(state);
      const next = scrubbed(state, (state.frame ?? state.timeline.length) + 1);
      return quiet({ ...next, isPlaying: next.frame !== null });
    }
    case 'pause':
      return quiet({ ...state, isPlaying: false });
    case 'ask':
      return withQuestion(state);
    case 'closeAlternatives':
      return quiet(withoutAsked(state));
    case 'choose':
      return withEdit(atAsked(state), action);
    case 'mask':
    case 'maskUnpinned':
    case 'maskUnsure':
    case 'pin':
    case 'insertMask':
    case 'remove':
    case 'typeOver':
      return withEdit(state, action);
    case 'setSteps':
      return withSteps(state, action.steps);
    case 'setConditions':
      return withConditions(state, action.conditions);
    case 'undo':
    case 'redo':
      return withHistory(state, action.type);
    case 'continue':
      return state.gone === undefined ? withRun(state) : quiet(state);
    case 'startOver':
      return state.gone === undefined ? begunRun(state, []) : quiet(state);
    case 'stop': {
      const stopped = stoppedRun(state);
      return state.isRunning ? { ...stopped, state: { ...stopped.state, notice: passing('stopped') } } : stopped;
    }
    case 'insert':
      return insertion(state);
    case 'discard':
      return { state, posts: [{ type: 'discard' }] };
    case 'copyPicture':
      return picture(state);
  }
}

/** Looks at the canvas after a step; after the last one it is the canvas as it is now. */
function scrubbed(state: ViewState, frame: number): ViewState {
  const last = state.timeline.length;
  const wanted = Math.max(0, Math.round(frame));
  const now: ViewState = { ...withoutAsked(state), frame: wanted >= last ? null : wanted };
  const end = endOf(shownCanvas(now));
  const { anchor, focus } = state.selection;
  return { ...now, selection: { anchor: Math.min(anchor, end), focus: Math.min(focus, end) } };
}

/** Only the position that was asked for is changed. */
function atAsked(state: ViewState): ViewState {
  const position = state.asked?.position ?? selectedSpan(state).start;
  return { ...state, selection: { anchor: position, focus: position } };
}
