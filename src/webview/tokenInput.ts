import { make } from './dom.js';

export interface TokenInputOptions {
  readonly label: string;
  /** Enter keeps what was typed. */
  readonly keep: (text: string) => void;
  /** The keyboard goes back to where it was. */
  readonly close: () => void;
}

/** A field over a token, in which something else is typed. Shift+Enter is a line break. */
export class TokenInput {
  readonly element: HTMLTextAreaElement;
  #before = '';

  constructor({ label, keep, close }: TokenInputOptions) {
    this.element = make('textarea', {
      className: 'typed',
      attributes: { rows: '1', 'aria-label': label, spellcheck: 'false', autocapitalize: 'off' },
    });
    this.element.hidden = true;
    const end = (isKept: boolean): void => {
      if (this.element.hidden) return;
      this.element.hidden = true;
      const { value } = this.element;
      if (isKept && value !== this.#before) keep(value);
      close();
    };
    this.element.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape') || event.shiftKey) return;
      event.preventDefault();
      end(event.key === 'Enter');
    });
    this.element.addEventListener('blur', () => end(true));
  }

  /** @param text that it begins with */
  open(over: HTMLElement, text: string): void {
    this.#before = text;
    this.element.value = text;
    this.element.hidden = false;
    placeBeside(this.element, over, 'over');
    this.element.focus();
    this.element.select();
  }
}

/** Places an element of the page at another one, where it is not cut off. */
export function placeBeside(element: HTMLElement, beside: HTMLElement, where: 'over' | 'below'): void {
  const boxes = beside.getClientRects();
  const box = boxes[0] ?? beside.getBoundingClientRect();
  const parent = element.offsetParent?.getBoundingClientRect() ?? new DOMRect();
  const top = (where === 'over' ? box.top : box.bottom + 4) - parent.top;
  const most = Math.max(0, parent.width - element.offsetWidth);
  element.style.setProperty('top', `${String(top)}px`);
  element.style.setProperty('left', `${String(Math.min(Math.max(0, box.left - parent.left), most))}px`);
}
