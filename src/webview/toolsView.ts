import { arePinned, UNSURE } from '../view/canvasEdits.js';
import { selectedSpan, shownCanvas } from '../view/shownCanvas.js';
import type { ViewAction } from '../view/viewAction.js';
import type { ViewState } from '../view/viewState.js';
import type { Say, WordKey } from '../view/words.js';
import { make, makeButton } from './dom.js';

/** Those that come and go with a run. */
const RUN_BUTTONS = ['continue', 'stop', 'startOver'] as const;

/** The buttons for the run, and those for the selected tokens. */
export class ToolsView {
  readonly run: HTMLElement;
  readonly tokens: HTMLElement;
  readonly #buttons = new Map<string, HTMLButtonElement>();
  readonly #steps: HTMLInputElement;

  constructor(
    private readonly dispatch: (action: ViewAction) => void,
    private readonly say: Say,
    openInput: () => void,
  ) {
    this.#steps = make('input', { attributes: { type: 'number', min: '1', id: 'steps' } });
    this.#steps.addEventListener('change', () => dispatch({ type: 'setSteps', steps: this.#steps.valueAsNumber }));
    const steps = make('label', { className: 'steps' }, make('span', { text: say('steps') }), this.#steps);
    const space = make('span', { className: 'space' });
    this.run = make(
      'div',
      { className: 'tools', attributes: { role: 'toolbar', 'aria-label': say('runTools') } },
      this.#button('continue', 'continue', 'continueHint', 'secondary'),
      this.#button('stop', 'stop', 'stop', 'secondary'),
      this.#button('startOver', 'startOver', 'startOverHint'),
      steps,
      this.#button('undo', 'undo', 'undo'),
      this.#button('redo', 'redo', 'redo'),
      this.#button('copyPicture', 'copyPicture', 'copyPicture'),
      space,
      this.#button('discard', 'discard', 'discardHint', 'secondary'),
      this.#button('insert', 'insert', 'insertHint', 'primary'),
    );
    const typeOver = makeButton(say('typeOver'), say('typeOverHint'), openInput);
    this.#buttons.set('typeOver', typeOver);
    this.tokens = make(
      'div',
      { className: 'tools', attributes: { role: 'toolbar', 'aria-label': say('tokenTools') } },
      this.#button('ask', 'alternatives', 'alternativesHint'),
      this.#button('pin', 'pin', 'pinHint'),
      this.#button('mask', 'mask', 'maskHint'),
      typeOver,
      this.#button('insertMask', 'insertMask', 'insertMaskHint'),
      this.#button('remove', 'remove', 'removeHint'),
      make('span', { className: 'space' }),
      this.#button('maskUnsure', 'maskUnsure', 'maskUnsureHint'),
      this.#button('maskUnpinned', 'maskUnpinned', 'maskUnpinned'),
    );
  }

  render(state: ViewState): void {
    const { say } = this;
    const canvas = shownCanvas(state);
    const { start, end } = selectedSpan(state);
    const isNone = start === end;
    const isGone = state.gone !== undefined;
    const hasFocus = RUN_BUTTONS.some((name) => this.#buttons.get(name) === document.activeElement);
    this.#set('continue', { isHidden: state.isRunning, isOff: isGone });
    this.#set('stop', { isHidden: !state.isRunning });
    this.#set('undo', { isOff: state.done.length === 0 });
    this.#set('redo', { isOff: state.undone.length === 0 });
    this.#set('copyPicture', { isOff: canvas.length === 0 });
    this.#set('insert', { isOff: isGone || canvas.length === 0 });
    this.#set('ask', { isOff: canvas.length === 0 || (isNone && start >= canvas.length) });
    for (const name of ['pin', 'remove']) this.#set(name, { isOff: isNone });
    this.#set('mask', { isOff: isNone && start >= canvas.length });
    for (const name of ['maskUnsure', 'maskUnpinned']) this.#set(name, { isOff: canvas.length === 0 });
    this.#set('startOver', { isOff: isGone, isHidden: state.isRunning || canvas.length === 0 });
    // A button that goes takes the keyboard along, which belongs to the one in its place.
    const next = this.#buttons.get(state.isRunning ? 'stop' : 'continue');
    if (hasFocus && (document.activeElement === document.body || isHidden(document.activeElement))) next?.focus();
    const pin = this.#buttons.get('pin');
    if (pin !== undefined) pin.textContent = say(arePinned(canvas, start, end) ? 'unpin' : 'pin');
    const run = this.#buttons.get('continue');
    if (run !== undefined) run.textContent = say(canvas.length === 0 ? 'run' : 'continue');
    if (document.activeElement !== this.#steps) this.#steps.value = String(state.steps);
    if (state.place.mostSteps !== undefined) this.#steps.max = String(state.place.mostSteps);
  }

  #button(
    type: Exclude<
      ViewAction['type'],
      'message' | 'select' | 'scrub' | 'choose' | 'typeOver' | 'setSteps' | 'setConditions'
    >,
    text: WordKey,
    title: WordKey,
    className = '',
  ): HTMLButtonElement {
    const button = makeButton(this.say(text), this.say(title, UNSURE * 100), () => this.dispatch({ type }), className);
    this.#buttons.set(type, button);
    return button;
  }

  #set(
    name: string,
    { isOff = false, isHidden = false }: { readonly isOff?: boolean; readonly isHidden?: boolean },
  ): void {
    const button = this.#buttons.get(name);
    if (button === undefined) return;
    button.disabled = isOff;
    button.hidden = isHidden;
  }
}

function isHidden(element: Element | null): boolean {
  return element instanceof HTMLElement && element.hidden !== false;
}
