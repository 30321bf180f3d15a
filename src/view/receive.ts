import { withOrigins, withScores, withTokens } from './alignedPositions.js';
import { partsOf } from './canvasParts.js';
import { isOtherBefore, moved, settledMove } from './movedPlace.js';
import { begunRun, passing, stoppedRun, type Updated, withoutAsked, withQuestion } from './takePart.js';
import { endOf, unitsOf } from './units.js';
import { typedPosition } from './viewPosition.js';
import type { ToView, ViewedPlace } from './viewMessages.js';
import { newView, type ViewState } from './viewState.js';

type Answer<Type extends ToView['type']> = Extract<ToView, { readonly type: Type }>;

/** A view that opens; it runs at once, unless it has a state from before a reload that is about the same place. */
export function opened(place: ViewedPlace, kept?: ViewState): Updated {
  // A selection that was not tokenised yet begins anew.
  const isWhole = place.selection === undefined || kept?.original !== undefined;
  if (isWhole && kept?.place.name === place.name && kept.place.selection === place.selection) {
    const { gone: _gone, ...rest } = kept;
    const state = isOtherBefore(kept.place.before, place.before) ? moved(rest) : rest;
    return withQuestionOfScores({ ...state, place });
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
      return state.asked?.needsTokens ? askedAgain(state, message) : withQuestionOfScores(finished(state, message));
    case 'alternatives': {
      const { asked } = state;
      if (asked === undefined) return quiet(state);
      const alternatives = message.alternatives.filter(({ probability }) => probability > 0);
      return withQuestionOfScores({ ...state, asked: { position: asked.position, alternatives } });
    }
    case 'scores':
      return quiet(scored(state, message.canvas));
    case 'failed': {
      const notice = { kind: 'error' as const, text: message.message };
      return quiet(settledMove({ ...withoutAsked(unbegun(state)), isRunning: false, notice }));
    }
    case 'around': {
      const place = { ...state.place, before: message.before, after: message.after };
      const next = { ...state, place, notice: passing('aroundChanged') };
      return quiet(isOtherBefore(state.place.before, place.before) ? moved(next) : next);
    }
    case 'gone': {
      const stopped = stoppedRun(state);
      return { state: { ...withoutAsked(stopped.state), gone: message.why }, posts: stopped.posts };
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
  // What was said while it ran is news still; that a selection has tokens is none.
  const said = state.notice ?? (isFirst ? undefined : passing('finished', steps, Math.round(ms)));
  return settledMove({
    ...state,
    ...{ canvas, ms, isRunning: false, isEdited: false },
    selection: { anchor: Math.min(anchor, end), focus: Math.min(focus, end) },
    ...(isFirst ? { original: unitsOf(canvas).map(({ text }) => text) } : {}),
    ...(why !== undefined ? { notice: { kind: 'passing', text: why } } : said === undefined ? {} : { notice: said }),
  });
}

/** What stood there before everything was to be filled in anew, where that was refused before anything came of it. */
function unbegun(state: ViewState): ViewState {
  const isNothing = state.isRunning && state.begun.length === 0 && state.timeline.length === 0;
  const last = state.done.at(-1);
  return isNothing && last !== undefined && last.canvas.length > 0
    ? { ...state, ...last, done: state.done.slice(0, -1) }
    : state;
}

/** Of a selected text it is asked once how likely its tokens are, as soon as nothing else is asked. */
function withQuestionOfScores(state: ViewState): Updated {
  const { place, isScored, isRunning, run, canvas } = state;
  const isAsked = place.selection !== undefined && isScored !== true && !isRunning && canvas.length > 0;
  const hasTokens = isAsked && canvas.every(({ id, isTyped }) => id !== null && isTyped !== true);
  return { state, posts: hasTokens ? [{ type: 'score', run, canvas: partsOf(canvas) }] : [] };
}

function scored(state: ViewState, canvas: Answer<'scores'>['canvas']): ViewState {
  const known = <Of extends { readonly canvas: ViewState['canvas'] }>(of: Of): Of => ({
    ...of,
    canvas: withScores(of.canvas, canvas),
  });
  const { begun, done, undone } = state;
  return {
    ...known(state),
    ...{ begun: withScores(begun, canvas), done: done.map(known), undone: undone.map(known), isScored: true },
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
