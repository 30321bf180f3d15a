/**
 * A busy host sees its timers before the messages that came in meanwhile. So a deadline that has passed is looked at again
 * after this time, when waiting messages have been read.
 */
const SETTLE_MS = 100;

/**
 * Notices a partner that no longer answers: after a quiet time it is asked for a sign of life, and where none comes within the
 * grace time it counts as stuck. Promised answers (after a cancel) have the grace time as their own deadline.
 */
export class Watchdog {
  #quietMs: number | undefined;
  #asks = true;
  #quiet: NodeJS.Timeout | undefined;
  readonly #promised = new Map<number, NodeJS.Timeout>();

  constructor(
    private readonly graceMs: number,
    private readonly ask: () => void,
    private readonly onStuck: (detail: string) => void,
  ) {}

  /**
   * Starts to watch, or goes on with another quiet time.
   *
   * @param asks whether the partner is asked after the quiet time; otherwise it is stuck then.
   */
  watch(quietMs: number, asks = true): void {
    this.#quietMs = quietMs;
    this.#asks = asks;
    this.alive();
  }

  /** A message came: all is well. */
  alive(): void {
    if (this.#quietMs === undefined) {
      return;
    }
    clearTimeout(this.#quiet);
    const silent = (ms: number): string => `it gave no sign of life for ${seconds(ms)}`;
    const quietMs = this.#quietMs;
    if (!this.#asks) {
      this.#quiet = this.#deadline(quietMs, silent(quietMs));
      return;
    }
    this.#quiet = setTimeout(() => {
      this.ask();
      this.#quiet = this.#deadline(this.graceMs, silent(quietMs + this.graceMs));
    }, quietMs);
  }

  /** The answer to request `id` must come within the grace time. */
  expect(id: number, what: string): void {
    clearTimeout(this.#promised.get(id));
    this.#promised.set(
      id,
      this.#deadline(this.graceMs, `${what} was not answered within ${seconds(this.graceMs)}`, id),
    );
  }

  answered(id: number): void {
    clearTimeout(this.#promised.get(id));
    this.#promised.delete(id);
  }

  /** Nothing is expected any more. */
  rest(): void {
    this.#quietMs = undefined;
    clearTimeout(this.#quiet);
    for (const timer of this.#promised.values()) {
      clearTimeout(timer);
    }
    this.#promised.clear();
  }

  #deadline(ms: number, detail: string, id?: number): NodeJS.Timeout {
    return setTimeout(() => {
      const again = setTimeout(() => this.onStuck(detail), SETTLE_MS);
      if (id === undefined) {
        this.#quiet = again;
      } else {
        this.#promised.set(id, again);
      }
    }, ms);
  }
}

function seconds(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${Math.round(ms / 100) / 10} s`;
}
