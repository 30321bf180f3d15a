import { opened } from '../view/receive.js';
import { restoredState, saved } from '../view/savedState.js';
import type { Updated } from '../view/takePart.js';
import { update } from '../view/update.js';
import type { ViewAction } from '../view/viewAction.js';
import type { ToView } from '../view/viewMessages.js';
import type { ViewState } from '../view/viewState.js';
import { sayer } from '../view/words.js';
import './host.js';
import { Page } from './page.js';

/** The state is written once for all that happens meanwhile. */
const SAVE_MS = 200;

const host = acquireVsCodeApi();

function start(): void {
  let state: ViewState | undefined = restoredState(host.getState());
  const isRestored = state !== undefined;
  let page: Page | undefined;
  let isOpen = false;
  let saving: number | undefined;

  const save = (): void => {
    saving = undefined;
    if (state !== undefined) host.setState(saved(state));
  };
  const take = (updated: Updated): void => {
    state = updated.state;
    page?.render(state);
    for (const post of updated.posts) host.postMessage(post);
    saving ??= window.setTimeout(save, SAVE_MS);
  };
  const dispatch = (action: ViewAction): void => {
    if (state !== undefined) take(update(state, action));
  };
  const draw = ({ place }: ViewState): void => {
    page = new Page(dispatch, sayer(place.words), place.name);
    document.body.replaceChildren(page.element);
  };

  window.addEventListener('message', ({ data }: MessageEvent<ToView>) => {
    if (data.type === 'open') {
      // Only the first answer to a reload is about the state that was kept.
      const updated = opened(data.about, isRestored && !isOpen ? state : undefined);
      isOpen = true;
      draw(updated.state);
      take(updated);
    } else {
      dispatch({ type: 'message', message: data });
    }
  });
  window.addEventListener('pagehide', save);
  if (state !== undefined) {
    draw(state);
    page?.render(state);
  }
  host.postMessage({ type: 'ready', isRestored });
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
