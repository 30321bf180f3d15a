import { InfillError } from '../../shared/infillError.js';

/** Whose request computes: one at a time, first come first served. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;
  readonly #idle = new Set<() => void>();

  /** Whether a request computes or waits. */
  get isBusy(): boolean {
    return this.#count > 0;
  }

  /**
   * @param listener told whenever nothing computes or waits any more
   * @returns ends that
   */
  onIdle(listener: () => void): () => void {
    this.#idle.add(listener);
    return () => this.#idle.delete(listener);
  }

  /**
   * Does `work` when all that came before is done.
   *
   * @param signal ends the waiting at once; what has begun sees for itself
   * @throws InfillError `cancelled`, or what `work` throws
   */
  async take<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const before = this.#count === 0 ? undefined : this.#last;
    let finish: () => void = () => undefined;
    const own = new Promise<void>((resolve) => (finish = resolve));
    this.#last = Promise.all([this.#last, own]);
    this.#count++;
    try {
      if (before !== undefined) await ended(before, signal);
      return await work();
    } finally {
      finish();
      if (--this.#count === 0) for (const listener of this.#idle) listener();
    }
  }
}

function ended(before: Promise<unknown>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void =>
      reject(new InfillError('cancelled', 'The request was withdrawn while it waited for its turn.', ''));
    if (signal?.aborted === true) {
      onAbort();
      return;
    }
    signal?.addEventListener('abort', onAbort, { once: true });
    void before.then(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}
