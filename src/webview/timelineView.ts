import type { ViewAction } from '../view/viewAction.js';
import type { ViewState } from '../view/viewState.js';
import type { Say } from '../view/words.js';
import { make, makeButton, setAttribute } from './dom.js';

/** Milliseconds that a step is shown while the run is played. */
const FRAME_MS = 700;

/** The steps of the last run: one of them is looked at, or all are played one after the other. */
export class TimelineView {
  readonly element: HTMLElement;
  readonly #range: HTMLInputElement;
  readonly #play: HTMLButtonElement;
  readonly #back: HTMLButtonElement;
  readonly #forward: HTMLButtonElement;
  readonly #label = make('output', { className: 'frame' });
  #state: ViewState | undefined;
  #timer: number | undefined;

  constructor(
    private readonly dispatch: (action: ViewAction) => void,
    private readonly say: Say,
  ) {
    const by = (frames: number) => (): void => {
      const { frame, timeline } = this.#state ?? { frame: null, timeline: [] };
      dispatch({ type: 'scrub', frame: (frame ?? timeline.length) + frames });
    };
    this.#back = icon('back', say('back'), by(-1));
    this.#forward = icon('forward', say('forward'), by(1));
    this.#play = icon('play', say('play'), () => dispatch({ type: this.#state?.isPlaying ? 'pause' : 'play' }));
    this.#range = make('input', { attributes: { type: 'range', min: '0', step: '1', 'aria-label': say('timeline') } });
    this.#range.addEventListener('input', () => dispatch({ type: 'scrub', frame: Number(this.#range.value) }));
    this.element = make(
      'div',
      { className: 'timeline', attributes: { role: 'group', 'aria-label': say('timeline') } },
      ...[this.#back, this.#play, this.#forward, this.#range, this.#label],
    );
  }

  render(state: ViewState): void {
    this.#state = state;
    const { timeline, frame, isPlaying, isRunning } = state;
    const isIdle = timeline.length === 0 || isRunning;
    const at = frame ?? timeline.length;
    this.#range.max = String(Math.max(1, timeline.length));
    this.#range.value = String(at);
    this.#range.disabled = isIdle;
    this.#back.disabled = isIdle || at === 0;
    this.#forward.disabled = isIdle || at === timeline.length;
    this.#play.disabled = isIdle;
    this.#play.classList.toggle('pause', isPlaying);
    const name = this.say(isPlaying ? 'pause' : 'play');
    setAttribute(this.#play, 'aria-label', name);
    setAttribute(this.#play, 'title', name);
    const label = this.#labelOf(state);
    if (this.#label.textContent !== label) this.#label.textContent = label;
    setAttribute(this.#range, 'aria-valuetext', label);
    if (isPlaying && this.#timer === undefined) {
      this.#timer = window.setInterval(() => {
        // Another view may have been opened in the same page.
        if (this.element.isConnected) this.dispatch({ type: 'tick' });
        else window.clearInterval(this.#timer);
      }, FRAME_MS);
    } else if (!isPlaying && this.#timer !== undefined) {
      window.clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #labelOf({ timeline, frame, isRunning, isEdited, ms }: ViewState): string {
    const { say } = this;
    const count = timeline.length;
    if (isRunning) return count === 0 ? say('running') : say('frameRunning', count);
    if (frame === null && isEdited) return say('frameEdited');
    if (count === 0) return say('frameNone');
    if (frame === 0) return say('frameStart', count);
    const step = timeline[(frame ?? count) - 1];
    const parts = [say('frameStep', frame ?? count, count)];
    if (step !== undefined) parts.push(say(step.kind === 'verify' ? 'kindVerify' : 'kindDenoise'));
    if (step?.ms !== undefined) parts.push(say('milliseconds', Math.round(step.ms)));
    if (frame === null && ms !== undefined) parts.push(say('total', Math.round(ms)));
    return parts.join(' · ');
  }
}

/** The pictures are drawn by the style sheet. */
function icon(name: string, label: string, act: () => void): HTMLButtonElement {
  const button = makeButton('', label, act, `icon ${name}`);
  button.setAttribute('aria-label', label);
  return button;
}
