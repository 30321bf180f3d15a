/**
 * Longer than VS Code needs from withdrawing a request to asking again at the same place, as it does when a person presses
 * the key while an automatic request is under way: it waits 50 ms in between.
 */
const LINGER_MS = 150;

import { GONE } from '../live/liveCall.js';

/**
 * Work that several may wait for. Who leaves does not disturb the others; once nobody has been waiting for a moment, the work is
 * told to stop.
 */
export class SharedRun<T> {
  readonly #stop = new AbortController();
  readonly #result: Promise<T>;
  #waiting = 0;
  #leaving: NodeJS.Timeout | undefined;

  constructor(
    /** Must not reject. */
    work: (signal: AbortSignal) => Promise<T>,
    private readonly lingerMs = LINGER_MS,
  ) {
    this.#result = Promise.resolve().then(() => work(this.#stop.signal));
  }

  /** Tells the work to stop, whoever waits for it. */
  stop(): void {
    this.#stop.abort();
  }

  /** The work was told to stop: there is nothing to wait for any more. */
  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** The result; undefined as soon as `signal` is aborted. */
  async join(signal: AbortSignal): Promise<T | undefined> {
    clearTimeout(this.#leaving);
    this.#waiting++;
    let leave = (): void => undefined;
    const left = new Promise<undefined>((resolve) => (leave = () => resolve(undefined)));
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) {
      leave();
    }
    try {
      return await Promise.race([this.#result, left]);
    } finally {
      signal.removeEventListener('abort', leave);
      this.#waiting--;
      if (this.#waiting === 0 && signal.reason === GONE) {
        this.stop();
      } else if (this.#waiting === 0) {
        this.#leaving = setTimeout(() => this.#stop.abort(), this.lingerMs).unref();
      }
    }
  }
}
