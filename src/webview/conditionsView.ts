import type { TextConditions } from '../shared/infillRequest.js';
import { viewKey } from '../view/keyAction.js';
import type { ViewAction } from '../view/viewAction.js';
import type { ViewState } from '../view/viewState.js';
import type { Say } from '../view/words.js';
import { make } from './dom.js';
import { saidConditions } from './saidConditions.js';

/** Tokens that a canvas can have, whatever the model. */
const MOST_TOKENS = 1024;

const TEXTS = [
  ['start', 'mustStart'],
  ['end', 'mustEnd'],
  ['contains', 'mustContain'],
] as const;

type TextName = (typeof TEXTS)[number][0];

/** What has to hold of the text: said in one line, and set in the fields below it. */
export class ConditionsView {
  readonly element: HTMLElement;
  readonly #summary = make('summary', {});
  readonly #texts: Readonly<Record<TextName, HTMLTextAreaElement>>;
  readonly #least: HTMLInputElement;
  readonly #most: HTMLInputElement;
  #state: ViewState | undefined;

  constructor(
    private readonly dispatch: (action: ViewAction) => void,
    private readonly say: Say,
  ) {
    this.#texts = { start: this.#text(), end: this.#text(), contains: this.#text() };
    this.#least = this.#number(0);
    this.#most = this.#number(1);
    const labelled = (name: string, field: HTMLElement): HTMLElement =>
      make('label', {}, make('span', { text: name }), field);
    const hint = make('p', { text: say('conditionsHint') });
    hint.id = 'conditionsHint';
    this.element = make(
      'details',
      { className: 'conditions' },
      this.#summary,
      make(
        'div',
        { className: 'fields', attributes: { role: 'group', 'aria-label': say('conditions') } },
        ...TEXTS.map(([name, label]) => labelled(say(label), this.#texts[name])),
        labelled(say('leastTokens'), this.#least),
        labelled(say('mostTokens'), this.#most),
      ),
      hint,
    );
  }

  render(state: ViewState): void {
    const { conditions } = state;
    if (this.#state?.conditions === conditions) return;
    this.#state = state;
    const said = saidConditions(conditions, this.say);
    const title = this.say('conditions');
    this.#summary.textContent = said.length === 0 ? title : `${title}: ${said.join(', ')}`;
    this.element.classList.toggle('set', said.length > 0);
    this.#fill(conditions);
  }

  #fill({ start = '', end = '', contains = '', length }: TextConditions): void {
    const texts = { start, end, contains };
    for (const [name] of TEXTS) {
      if (this.#texts[name].value !== texts[name]) this.#texts[name].value = texts[name];
    }
    this.#least.value = length === undefined ? '' : String(length.least);
    this.#most.value = length === undefined ? '' : String(length.most);
  }

  #keep(): void {
    const state = this.#state;
    if (state === undefined) return;
    const { start, end, contains } = this.#texts;
    const [least, most] = [this.#least.valueAsNumber, this.#most.valueAsNumber].map((value) =>
      Number.isFinite(value) ? Math.round(value) : undefined,
    );
    const length = { least: least ?? 0, most: most ?? Math.max(least ?? 0, state.place.maxTokens) };
    const isSized = least !== undefined || most !== undefined;
    const conditions = { start: start.value, end: end.value, contains: contains.value };
    this.dispatch({ type: 'setConditions', conditions: isSized ? { ...conditions, length } : conditions });
  }

  #text(): HTMLTextAreaElement {
    const field = make('textarea', {
      attributes: { rows: '1', spellcheck: 'false', autocapitalize: 'off', 'aria-describedby': 'conditionsHint' },
    });
    field.addEventListener('change', () => {
      this.#keep();
    });
    field.addEventListener('keydown', (event) => {
      const { key, shiftKey, ctrlKey, metaKey, isComposing } = event;
      if (key === 'Enter' && (ctrlKey || metaKey)) {
        this.#keep(); // and the text is inserted
        return;
      }
      // Keys of the view are a text's own here; what VS Code does with others it goes on doing.
      if (viewKey(event) !== undefined) event.stopPropagation();
      if (isComposing || (key !== 'Enter' && key !== 'Escape') || shiftKey) return;
      event.preventDefault();
      if (key === 'Enter') this.#keep();
      else this.#fill(this.#state?.conditions ?? {});
    });
    return field;
  }

  #number(least: number): HTMLInputElement {
    const field = make('input', { attributes: { type: 'number', min: String(least), max: String(MOST_TOKENS) } });
    field.addEventListener('change', () => {
      this.#keep();
    });
    return field;
  }
}
