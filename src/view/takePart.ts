import type { TextConditions } from '../shared/infillRequest.js';
import { type CanvasEdit, editedCanvas } from './canvasEdits.js';
import { settledMove } from './movedPlace.js';
import { hasMasks, partsOf, partsWithEnd, textOf } from './canvasParts.js';
import { redone, remembered, undone } from './editHistory.js';
import { selectedSpan, shownCanvas } from './shownCanvas.js';
import { endOf, unitsOf } from './units.js';
import type { FromView } from './viewMessages.js';
import type { Notice, ViewState } from './viewState.js';
import { pictureOf } from './pictureOf.js';

/** A state, and what has to be said to the extension. */
export interface Updated {
  readonly state: ViewState;
  readonly posts: readonly FromView[];
}

export function passing(
  key: Extract<Notice, { readonly key: unknown }>['key'],
  ...values: readonly (string | number)[]
): Notice {
  return { kind: 'passing', key, values };
}

/** Changes the canvas that is looked at, which may be that of an earlier step. What runs is stopped. */
export function withEdit(state: ViewState, edit: CanvasEdit): Updated {
  const { start, end } = selectedSpan(state);
  const base = shownCanvas(state);
  const edited = editedCanvas(base, start, end, edit);
  if (edited === undefined) {
    const none = edit.type === 'maskUnsure' ? { notice: passing('masked', 0) } : {};
    return { state: { ...withoutAsked(state), ...none }, posts: [] };
  }
  const stopped = stoppedRun(state);
  const before = withoutAsked(remembered(stopped.state));
  const notice = noticeOf(edit, base, edited.canvas);
  const now: ViewState = { ...before, ...edited, isEdited: true, frame: null, isPlaying: false };
  return { state: notice === undefined ? now : { ...now, notice }, posts: stopped.posts };
}

function noticeOf(edit: CanvasEdit, before: ViewState['canvas'], after: ViewState['canvas']): Notice | undefined {
  const masks = (canvas: ViewState['canvas']): number => unitsOf(canvas).filter(({ isMasked }) => isMasked).length;
  const pins = (canvas: ViewState['canvas']): number => canvas.filter(({ isPinned }) => isPinned).length;
  switch (edit.type) {
    case 'mask':
    case 'maskUnpinned':
    case 'maskUnsure':
      return passing('masked', Math.max(0, masks(after) - masks(before)));
    case 'pin':
      return passing(pins(after) > pins(before) ? 'pinned' : 'unpinned');
    case 'insertMask':
      return passing('added');
    case 'remove':
      return passing('removed');
    case 'choose':
    case 'typeOver':
      return undefined;
  }
}

export function withSteps(state: ViewState, steps: number): Updated {
  const most = state.place.mostSteps ?? 128;
  const wanted = Math.min(most, Math.max(1, Math.round(steps)));
  if (!Number.isFinite(wanted) || wanted === state.steps) return { state, posts: [] };
  return { state: { ...remembered(state), steps: wanted }, posts: [] };
}

/** What has to hold of the runs from now on; '' says nothing. One that is running goes on as it began. */
export function withConditions(
  state: ViewState,
  { start = '', end = '', contains = '', length }: TextConditions,
): Updated {
  const conditions: TextConditions = {
    ...(start === '' ? {} : { start }),
    ...(end === '' ? {} : { end }),
    ...(contains === '' ? {} : { contains }),
    ...(length === undefined ? {} : { length }),
  };
  if (JSON.stringify(conditions) === JSON.stringify(state.conditions)) return { state, posts: [] };
  const notice = passing(Object.keys(conditions).length > 0 ? 'conditionsSet' : 'conditionsNone');
  return { state: { ...remembered(state), conditions, notice }, posts: [] };
}

/** Takes an edit back, or makes it again. What runs is stopped: its beginning is what is gone back to. */
export function withHistory(state: ViewState, direction: 'undo' | 'redo'): Updated {
  const posts: readonly FromView[] = state.isRunning ? [{ type: 'stop' }] : [];
  const own = withoutAsked({ ...state, isRunning: false });
  const next = direction === 'undo' ? undone(own) : redone(own);
  if (next === undefined) return { state, posts: [] };
  return { state: { ...next, notice: passing(direction === 'undo' ? 'undone' : 'redone') }, posts };
}

/** Ends a run: what it has settled so far stays. */
export function stoppedRun(state: ViewState): Updated {
  if (!state.isRunning) return { state, posts: [] };
  const canvas = state.timeline.at(-1)?.positions ?? state.begun;
  const stopped = settledMove({ ...state, canvas, isEdited: false, isRunning: false });
  return { state: stopped, posts: [{ type: 'stop' }] };
}

/** Denoises what is masked on the canvas that is looked at; an empty canvas as a hole. */
export function withRun(state: ViewState, steps = state.steps): Updated {
  const base = shownCanvas(state);
  if (base.length > 0 && !hasMasks(base)) return { state: { ...state, notice: passing('nothingMasked') }, posts: [] };
  return begunRun(state, base, steps);
}

/** A run that begins with this canvas, whether or not something of it is masked; an empty one = all of the place is filled in. */
export function begunRun(state: ViewState, begun: ViewState['canvas'], steps = state.steps): Updated {
  const stopped = stoppedRun(state);
  const before = begun.length > 0 || state.canvas.length > 0 ? remembered(stopped.state) : stopped.state;
  const run = state.run + 1;
  const { ms: _ms, notice: _notice, ...kept } = withoutAsked(before);
  const at = Math.min(state.selection.anchor, state.selection.focus);
  const now: ViewState = {
    ...kept,
    selection: { anchor: at, focus: at }, // so that nothing lies over what comes
    ...{ canvas: begun, begun, timeline: [], run, isRunning: true, isEdited: false, frame: null, isPlaying: false },
  };
  const parts = state.place.selection === undefined ? partsOf(begun) : partsWithEnd(begun);
  const canvas = begun.length > 0 ? { canvas: parts } : {};
  const conditions = Object.keys(state.conditions).length > 0 ? { conditions: state.conditions } : {};
  return { state: now, posts: [...stopped.posts, { type: 'run', run, ...canvas, steps, ...conditions }] };
}

/** Asks what could stand at the position in focus. Positions count in tokens, so typed texts before it become tokens first. */
export function withQuestion(state: ViewState): Updated {
  const stopped = stoppedRun(state);
  const shown = shownCanvas(stopped.state);
  const { focus } = stopped.state.selection;
  const unit = unitsOf(shown).find(({ start, end }) => start <= focus && focus < end);
  const position = unit?.start ?? endOf(shown);
  if (position >= shown.length) return { state: withoutAsked(state), posts: [] };
  const run = state.run + 1;
  const canvas = partsOf(unit === undefined ? shown : askedCanvas(shown, unit.start, unit.end));
  const now = { ...stopped.state, run };
  if (shown.slice(0, position).some(({ isTyped }) => isTyped)) {
    return {
      state: { ...now, asked: { position, needsTokens: true } },
      posts: [...stopped.posts, { type: 'run', run, canvas: partsOf(shown), steps: 1 }],
    };
  }
  return {
    state: { ...now, asked: { position } },
    posts: [...stopped.posts, { type: 'alternatives', run, canvas, position }],
  };
}

/** Of several tokens that spell a character together the first is asked for, and the others are open. */
function askedCanvas(canvas: ViewState['canvas'], start: number, end: number): ViewState['canvas'] {
  return end - start === 1
    ? canvas
    : canvas.map((position, at) =>
        at > start && at < end ? { ...position, id: null, text: '', source: null, isPinned: false } : position,
      );
}

export function withoutAsked(state: ViewState): ViewState {
  const { asked: _asked, ...kept } = state;
  return kept;
}

export function insertion(state: ViewState): Updated {
  if (state.gone !== undefined) return { state, posts: [] };
  return { state, posts: [{ type: 'insert', text: textOf(shownCanvas(state)) }] };
}

export function picture(state: ViewState): Updated {
  return { state: { ...state, notice: passing('copied') }, posts: [{ type: 'copyPicture', svg: pictureOf(state) }] };
}
