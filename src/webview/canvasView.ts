import { changedUnits } from '../view/changedUnits.js';
import { selectedSpan, shownCanvas } from '../view/shownCanvas.js';
import { endOf, type Unit, unitsOf } from '../view/units.js';
import { percent, unitLabel } from '../view/unitLabel.js';
import type { ViewAction } from '../view/viewAction.js';
import type { ViewState } from '../view/viewState.js';
import type { Say } from '../view/words.js';
import { make, setAttribute } from './dom.js';

/** The text token by token, between the lines around it. */
export class CanvasView {
  readonly element: HTMLElement;
  readonly #tokens = make('span', { className: 'tokens' });
  readonly #before = make('span', { className: 'around' });
  readonly #after = make('span', { className: 'around' });
  readonly #end: HTMLElement;
  /** By unit. */
  readonly #elements: HTMLElement[] = [];
  #units: readonly Unit[] = [];

  constructor(
    private readonly dispatch: (action: ViewAction) => void,
    private readonly say: Say,
  ) {
    const list = { role: 'listbox', 'aria-multiselectable': 'true', 'aria-label': say('canvas') };
    for (const [name, value] of Object.entries(list)) this.#tokens.setAttribute(name, value);
    this.#end = make('span', {
      className: 'token end',
      title: say('tokenEnd'),
      attributes: { role: 'option', 'aria-label': say('tokenEnd') },
    });
    this.#tokens.append(this.#end);
    this.element = make('pre', { className: 'code' }, this.#before, this.#tokens, this.#after);
    this.#listenToPointer();
  }

  render(state: ViewState): void {
    const canvas = shownCanvas(state);
    this.#units = unitsOf(canvas);
    this.#before.textContent = state.place.before;
    this.#after.textContent = state.place.after;
    const changed = changedUnits(this.#units, state.original ?? this.#units.map(({ text }) => text));
    const span = selectedSpan(state);
    const { focus } = state.selection;
    const lastStep = state.frame === null ? undefined : state.frame - 1;
    const isOneSelected = this.#units.some(({ start, end }) => start === span.start && end === span.end);
    this.#tokens.classList.toggle('one', isOneSelected);
    const hasFocus = this.#tokens.contains(document.activeElement);
    while (this.#elements.length > this.#units.length) this.#elements.pop()?.remove();
    for (const [index, unit] of this.#units.entries()) {
      const element = this.#elementOf(index);
      const isInFocus = unit.start <= focus && focus < unit.end;
      const label = unitLabel(unit, changed.has(index), this.say);
      const { step, source, confidence, isPinned } = unit.position;
      element.className = [
        'token',
        unit.isMasked ? 'masked' : (source ?? 'given'),
        `sure${String(Math.min(3, Math.floor(confidence * 4)))}`,
        ...(isPinned ? ['pinned'] : []),
        ...(changed.has(index) ? ['changed'] : []),
        ...(unit.isMasked && (unit.position.draft?.text ?? '') !== '' ? ['drafted'] : []),
        ...(step !== null && step === lastStep ? ['fresh'] : []),
      ].join(' ');
      element.style.setProperty('--sure', `${String(unit.isMasked ? 0 : percent(confidence))}%`);
      setAttribute(element, 'data-step', step === null ? '' : String(step + 1));
      setAttribute(element, 'data-start', String(unit.start));
      setAttribute(element, 'title', label);
      setAttribute(element, 'aria-label', label);
      setAttribute(element, 'aria-selected', String(unit.start < span.end && unit.end > span.start));
      element.tabIndex = isInFocus ? 0 : -1;
      fill(element, unit);
      if (isInFocus && hasFocus) element.focus({ preventScroll: false });
    }
    const end = endOf(canvas);
    const isAtEnd = focus >= end;
    this.#end.tabIndex = isAtEnd ? 0 : -1;
    setAttribute(this.#end, 'data-start', String(end));
    setAttribute(this.#end, 'aria-selected', String(isAtEnd && span.start === span.end));
    this.#tokens.setAttribute('aria-busy', String(state.isRunning));
    if (isAtEnd && hasFocus) this.#end.focus();
  }

  /** Of the unit that holds a position; the end, where none does. */
  elementAt(position: number): HTMLElement {
    const index = this.#units.findIndex(({ start, end }) => start <= position && position < end);
    return this.#elements[index] ?? this.#end;
  }

  focusOn(position: number): void {
    this.elementAt(position).focus();
  }

  /** Whether a token has the keyboard. */
  get hasFocus(): boolean {
    return this.#tokens.contains(document.activeElement);
  }

  /** The position beside another one; up and down go by what is drawn. */
  positionFrom(position: number, to: 'left' | 'right' | 'up' | 'down' | 'start' | 'end'): number {
    const starts = [...this.#units.map(({ start }) => start), this.#units.at(-1)?.end ?? 0];
    const at = Math.max(
      0,
      starts.findLastIndex((start) => start <= position),
    );
    switch (to) {
      case 'start':
        return 0;
      case 'end':
        return starts.at(-1) ?? 0;
      case 'left':
        return starts[at - 1] ?? 0;
      case 'right':
        return starts[at + 1] ?? starts.at(-1) ?? 0;
      case 'up':
      case 'down':
        return starts[this.#rowFrom(at, to === 'up' ? -1 : 1)] ?? position;
    }
  }

  /** The nearest element, by its index, in the row above or below. */
  #rowFrom(at: number, direction: -1 | 1): number {
    const boxes = [...this.#elements, this.#end].map((element) => element.getClientRects()[0] ?? new DOMRect());
    const from = boxes[at];
    if (from === undefined) return at;
    const behind = boxes.map(({ top }, index) => ({ index, distance: (top - from.top) * direction }));
    const rows = behind.filter(({ distance }) => distance > from.height / 2);
    const nearest = Math.min(...rows.map(({ distance }) => distance));
    const row = rows.filter(({ distance }) => distance < nearest + from.height / 2);
    const gap = (index: number): number => Math.abs((boxes[index]?.left ?? 0) - from.left);
    return row.reduce((best, { index }) => (gap(index) < gap(best) ? index : best), row[0]?.index ?? at);
  }

  #elementOf(index: number): HTMLElement {
    const known = this.#elements[index];
    if (known !== undefined) return known;
    const element = make('span', { attributes: { role: 'option' } });
    this.#elements.push(element);
    this.#end.before(element);
    return element;
  }

  /** A click asks for alternatives, a drag selects. */
  #listenToPointer(): void {
    let from: number | undefined;
    let hasMoved = false;
    const positionOf = ({ target }: Event): number | undefined => {
      const token = target instanceof Element ? target.closest('[data-start]') : null;
      return token === null ? undefined : Number(token.getAttribute('data-start'));
    };
    this.#tokens.addEventListener('pointerdown', (event) => {
      const position = positionOf(event);
      if (position === undefined || event.button !== 0) return;
      event.preventDefault(); // or the page selects its text
      from = position;
      hasMoved = event.shiftKey;
      this.dispatch({ type: 'select', position, extends: event.shiftKey });
      this.focusOn(position);
    });
    this.#tokens.addEventListener('pointerover', (event) => {
      const position = positionOf(event);
      if (from === undefined || position === undefined || (position === from && !hasMoved)) return;
      hasMoved = true;
      this.dispatch({ type: 'select', position, extends: true });
    });
    // Whoever comes to a token by other means than the arrow keys, a screen reader for example, means that one.
    this.#tokens.addEventListener('focusin', (event) => {
      const position = positionOf(event);
      const isElsewhere = event.target instanceof HTMLElement && event.target.tabIndex < 0;
      if (position !== undefined && isElsewhere) this.dispatch({ type: 'select', position });
    });
    window.addEventListener('pointerup', () => {
      if (from !== undefined && !hasMoved) this.dispatch({ type: 'ask' });
      from = undefined;
    });
  }
}

/** A token's text; line breaks are seen, and break the line. */
function fill(element: HTMLElement, { text, isMasked, position: { draft } }: Unit): void {
  const draftText = draft?.text ?? '';
  const shown = isMasked ? (draftText === '' ? '░' : draftText) : text === '' ? '…' : text;
  if (element.dataset['shown'] === shown) return;
  element.dataset['shown'] = shown;
  const lines = shown.split('\n');
  element.replaceChildren(
    ...lines.flatMap((line, i) => [
      ...(i === 0 ? [] : [make('span', { className: 'break', text: '↵' }), document.createTextNode('\n')]),
      document.createTextNode(line),
    ]),
  );
}
