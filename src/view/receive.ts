import { withOrigins, withTokens } from './alignedPositions.js';
import { begunRun, passing, type Updated, withoutAsked, withQuestion } from './takePart.js';
import { endOf, unitsOf } from './units.js';
import { typedPosition } from './viewPosition.js';
import type { ToView, ViewedPlace } from './viewMessages.js';
import { newView, type ViewState } from './viewState.js';

type Answer<Type extends ToView['type']> = Extract<ToView, { readonly type: Type }>;

/** A view that opens; it runs at once, unless it has a state from before a reload that is about the same place. */
export function opened(place: ViewedPlace, kept?: ViewState): Updated {
  if (kept !== undefined && kept.place.name === place.name && kept.place.selection === place.selection) {
    const { gone: _gone, ...rest } = kept;
    return { state: { ...rest, place }, posts: [] };
  }
  const fresh = newView(place, kept?.run);
  const { selection } = place;
  const begun = selection === undefined || selection === '' ? [] : [typedPosition(selection)];
  const { state, posts } = begunRun(fresh, begun);
  // The beginning is nothing that could be taken back.
  const asGiven = posts.map((post) =>
    post.type === 'run' && selection !== undefined && selection !== ''
      ? { ...post, canvas: [{ kind: 'text' as const, text: selection }] }
      : post,
  );
  return { state: { ...state, done: [] }, posts: asGiven };
}

/** What an answer of the extension changes. Those to earlier requests come too late. */
export function received(state: ViewState, message: Exclude<ToView, { readonly type: 'open' }>): Updated {
  const quiet = (next: ViewState): Updated => ({ state: next, posts: [] });
  if ('run' in message && message.run !== state.run) return quiet(state);
  switch (message.type) {
    case 'step': {
      if (!state.isRunning) return quiet(state);
      const step = { ...message.step, positions: withOrigins(state.begun, message.step.positions) };
      return quiet({ ...state, timeline: [...state.timeline, step] });
    }
    case 'done':
      return state.asked?.needsTokens ? askedAgain(state, message) : quiet(finished(state, message));
    case 'alternatives': {
      const { asked } = state;
      if (asked === undefined) return quiet(state);
      const alternatives = message.alternatives.filter(({ probability }) => probability > 0);
      return quiet({ ...state, asked: { position: asked.position, alternatives } });
    }
    case 'failed': {
      const notice = { kind: 'error' as const, text: message.message };
      return quiet({ ...withoutAsked(state), isRunning: false, notice });
    }
    case 'around': {
      const place = { ...state.place, before: message.before, after: message.after };
      return quiet({ ...state, place, notice: passing('aroundChanged') });
    }
    case 'gone': {
      const posts = state.isRunning ? [{ type: 'stop' as const }] : [];
      return { state: { ...withoutAsked(state), isRunning: false, gone: message.why }, posts };
    }
  }
}

function finished(state: ViewState, { canvas: made, ms, why }: Answer<'done'>): ViewState {
  if (!state.isRunning) return state;
  const isFirst =
    state.original === undefined && state.begun.length === 1 && state.begun[0]?.text === state.place.selection;
  const canvas = withOrigins(isFirst ? [] : state.begun, made);
  const end = endOf(canvas);
  const { anchor, focus } = state.selection;
  const steps = state.timeline.length;
  return {
    ...state,
    ...{ canvas, ms, isRunning: false, isEdited: false },
    selection: { anchor: Math.min(anchor, end), focus: Math.min(focus, end) },
    ...(isFirst ? { original: unitsOf(canvas).map(({ text }) => text) } : {}),
    notice: why !== undefined ? { kind: 'passing', text: why } : passing('finished', steps, Math.round(ms)),
  };
}

/** Typed texts have tokens now, so that positions can be counted. */
function askedAgain(state: ViewState, { canvas: made }: Answer<'done'>): Updated {
  const canvas = withTokens(state.canvas, made);
  if (canvas === undefined) return { state: { ...withoutAsked(state), notice: passing('tokensLost') }, posts: [] };
  const moved = canvas.length - state.canvas.length;
  const focus = state.selection.focus + moved;
  return withQuestion({ ...withoutAsked(state), canvas, selection: { anchor: focus, focus } });
}
