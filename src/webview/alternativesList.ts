import type { CanvasAlternative } from '../shared/outcome.js';
import { percent, visible } from '../view/unitLabel.js';
import type { AskedAlternatives } from '../view/viewState.js';
import type { Say } from '../view/words.js';
import { make } from './dom.js';
import { placeBeside } from './tokenInput.js';

/** What could stand at a position, to choose from. */
export class AlternativesList {
  readonly element: HTMLElement;
  #asked: AskedAlternatives | undefined;
  #items: readonly HTMLElement[] = [];

  constructor(
    private readonly say: Say,
    private readonly choose: (alternative: CanvasAlternative) => void,
    private readonly close: () => void,
  ) {
    this.element = make('div', {
      className: 'alternatives',
      attributes: { role: 'listbox', 'aria-label': say('alternatives'), tabindex: '-1' },
    });
    this.element.hidden = true;
    this.element.addEventListener('keydown', (event) => {
      this.#onKey(event);
    });
    this.element.addEventListener('focusout', ({ relatedTarget }) => {
      const isInside = relatedTarget instanceof Node && this.element.contains(relatedTarget);
      if (!isInside && relatedTarget !== null && this.#items.length > 0) close();
    });
    document.addEventListener('pointerdown', ({ target }) => {
      const isInside = target instanceof Node && this.element.contains(target);
      const isToken = target instanceof Element && target.closest('[data-start]') !== null;
      if (this.element.isConnected && !this.element.hidden && !isInside && !isToken) close();
    });
  }

  render(asked: AskedAlternatives | undefined, beside: HTMLElement): void {
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.element.hidden = asked === undefined;
    this.#items = [];
    if (asked === undefined) return;
    const { alternatives } = asked;
    if (alternatives === undefined || alternatives.length === 0) {
      const text = this.say(alternatives === undefined ? 'loading' : 'noAlternatives');
      this.element.replaceChildren(make('div', { className: 'none', text, attributes: { role: 'status' } }));
    } else {
      this.#items = alternatives.map((each) => this.#item(each));
      this.element.replaceChildren(...this.#items);
    }
    placeBeside(this.element, beside, 'below');
    this.#focus(0);
  }

  #item(alternative: CanvasAlternative): HTMLElement {
    const { text, isEnd, probability } = alternative;
    const share = probability < 0.005 ? '<1%' : `${String(percent(probability))}%`;
    const name = isEnd ? this.say('ends') : visible(text, this.say);
    const item = make(
      'div',
      { className: 'alternative', attributes: { role: 'option', tabindex: '-1', 'aria-label': `${name}, ${share}` } },
      make('span', { className: isEnd || text.trim() === '' ? 'name words' : 'name', text: name }),
      make('span', { className: 'share', text: share }),
    );
    item.style.setProperty('--share', `${String(percent(probability))}%`);
    item.addEventListener('click', () => this.choose(alternative));
    return item;
  }

  #focus(index: number): void {
    for (const [i, item] of this.#items.entries()) item.setAttribute('aria-selected', String(i === index));
    this.#items[index]?.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const at = this.#items.findIndex((item) => item === document.activeElement);
    const last = this.#items.length - 1;
    const moves = new Map([
      ['ArrowDown', Math.min(last, at + 1)],
      ['ArrowUp', Math.max(0, at - 1)],
      ['Home', 0],
      ['End', last],
    ]);
    const next = moves.get(event.key);
    if (next !== undefined) this.#focus(next);
    else if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) this.#items[at]?.click();
    else if (event.key === 'Escape' || event.key === 'Tab') this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
