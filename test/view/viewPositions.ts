import type { CanvasPosition } from '../../src/shared/outcome.js';
import type { ViewedPlace } from '../../src/view/viewMessages.js';
import type { ViewAction } from '../../src/view/viewAction.js';
import { newView, type ViewState } from '../../src/view/viewState.js';
import { update } from '../../src/view/update.js';

export const PLACE: ViewedPlace = {
  name: 'a.ts',
  languageId: 'typescript',
  before: 'x = ',
  after: ';\n',
  steps: 4,
  mostSteps: 8,
  maxTokens: 32,
  words: {},
};

/** Settled where it has a text, masked where that is null. */
export function position(group: number, text: string | null, more: Partial<CanvasPosition> = {}): CanvasPosition {
  return text === null
    ? { id: null, text: '', group, confidence: 0, step: null, source: null, isPinned: false, ...more }
    : { id: 10 + group, text, group, confidence: 0.5, step: 0, source: 'denoiser', isPinned: false, ...more };
}

export function end(group: number): CanvasPosition {
  return position(group, '', { id: 2, isEnd: true });
}

/** A view with this canvas, as after a run. */
export function viewOf(canvas: readonly CanvasPosition[]): ViewState {
  return { ...newView(PLACE, 1), canvas, begun: canvas };
}

export function after(state: ViewState, ...actions: readonly ViewAction[]): ViewState {
  return actions.reduce((now, action) => update(now, action).state, state);
}

export function textsOf({ canvas }: ViewState): readonly (string | null)[] {
  return canvas.map(({ id, text }) => (id === null && text === '' ? null : text));
}
