import { tokenKey, viewKey } from '../view/keyAction.js';
import { selectedSpan, shownCanvas } from '../view/shownCanvas.js';
import type { ViewAction } from '../view/viewAction.js';
import type { Notice, ViewState } from '../view/viewState.js';
import type { Say } from '../view/words.js';
import { AlternativesList } from './alternativesList.js';
import { CanvasView } from './canvasView.js';
import { ConditionsView } from './conditionsView.js';
import { make } from './dom.js';
import { legendView } from './legendView.js';
import { TimelineView } from './timelineView.js';
import { TokenInput } from './tokenInput.js';
import { ToolsView } from './toolsView.js';

/** All that is drawn. It draws states, and says what a person does. */
export class Page {
  readonly element: HTMLElement;
  readonly #canvas: CanvasView;
  readonly #tools: ToolsView;
  readonly #timeline: TimelineView;
  readonly #conditions: ConditionsView;
  readonly #alternatives: AlternativesList;
  readonly #input: TokenInput;
  readonly #status = make('p', { className: 'status', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #problem = make('p', { className: 'problem', attributes: { role: 'alert' } });
  #state: ViewState | undefined;

  constructor(
    private readonly dispatch: (action: ViewAction) => void,
    private readonly say: Say,
    name: string,
  ) {
    this.#canvas = new CanvasView(dispatch, say);
    this.#tools = new ToolsView(dispatch, say, () => {
      this.#openInput(true);
    });
    this.#timeline = new TimelineView(dispatch, say);
    this.#conditions = new ConditionsView(dispatch, say);
    const back = (): void => {
      this.#canvas.focusOn(this.#state?.selection.focus ?? 0);
    };
    this.#alternatives = new AlternativesList(
      say,
      (alternative) => {
        back();
        dispatch({ type: 'choose', alternative });
      },
      () => {
        back();
        dispatch({ type: 'closeAlternatives' });
      },
    );
    this.#input = new TokenInput({
      label: say('typedLabel'),
      keep: (text) => dispatch({ type: 'typeOver', text }),
      close: back,
    });
    const board = make(
      'div',
      { className: 'board' },
      this.#canvas.element,
      this.#alternatives.element,
      this.#input.element,
    );
    this.element = make(
      'main',
      { attributes: { 'aria-label': say('title', name) } },
      ...[this.#tools.run, this.#conditions.element, this.#problem, this.#tools.tokens, board, this.#timeline.element],
      ...[this.#status, legendView(say)],
    );
    this.element.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
  }

  render(state: ViewState): void {
    const isFirst = this.#state === undefined;
    this.#state = state;
    this.#canvas.render(state);
    this.#tools.render(state);
    this.#timeline.render(state);
    this.#conditions.render(state);
    const { asked, gone, notice } = state;
    this.#alternatives.render(asked, this.#canvas.elementAt(asked?.position ?? 0));
    const problem = gone ?? (notice?.kind === 'error' ? this.#textOf(notice) : '');
    const status = state.isRunning ? this.say('running') : notice?.kind === 'passing' ? this.#textOf(notice) : '';
    if (this.#problem.textContent !== problem) this.#problem.textContent = problem;
    this.#problem.hidden = problem === '';
    if (this.#status.textContent !== status) this.#status.textContent = status;
    if (isFirst) this.#canvas.focusOn(state.selection.focus);
  }

  #textOf(notice: Notice): string {
    return 'text' in notice ? notice.text : this.say(notice.key, ...(notice.values ?? []));
  }

  #onKey(event: KeyboardEvent): void {
    const action = viewKey(event);
    if (action !== undefined) {
      this.dispatch(action);
      event.preventDefault();
      return;
    }
    const key = this.#canvas.hasFocus ? tokenKey(event) : undefined;
    if (key === undefined || this.#state === undefined) return;
    if (key.type === 'openInput') {
      this.#openInput(key.isPrefilled);
      if (key.isPrefilled) event.preventDefault(); // otherwise the letter goes into the field
      return;
    }
    event.preventDefault();
    if (key.type !== 'move') {
      this.dispatch(key);
      return;
    }
    const position = this.#canvas.positionFrom(this.#state.selection.focus, key.to);
    this.dispatch({ type: 'select', position, extends: key.extends });
    this.#canvas.focusOn(position);
  }

  #openInput(isPrefilled: boolean): void {
    if (this.#state === undefined) return;
    const { start, end } = selectedSpan(this.#state);
    const text = shownCanvas(this.#state)
      .slice(start, end)
      .map((position) => position.text)
      .join('');
    this.#input.open(this.#canvas.elementAt(start), isPrefilled ? text : '');
  }
}
