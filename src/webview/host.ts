import type { FromView } from '../view/viewMessages.js';

/** What VS Code gives to the page of a webview. */
export interface Host {
  postMessage(message: FromView): void;
  /** What `setState` was given before the page was loaded again; undefined where it was not. */
  getState(): unknown;
  setState(state: unknown): void;
}

declare global {
  /** May be called once. */
  function acquireVsCodeApi(): Host;
}
