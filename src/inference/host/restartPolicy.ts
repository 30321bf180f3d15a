export interface RestartLimits {
  /** Waiting time after the first failure in a row; it doubles with each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** After so many failures in a row it is given up. */
  readonly maxFailures: number;
}

/** Counts failures in a row and says how long to wait before the next try. Times are milliseconds of one clock of the caller's. */
export class RestartPolicy {
  #failures = 0;
  #notBefore = 0;

  constructor(private readonly limits: RestartLimits) {}

  failed(now: number): void {
    this.#failures++;
    const { firstDelayMs, maxDelayMs } = this.limits;
    this.#notBefore = now + Math.min(maxDelayMs, firstDelayMs * 2 ** (this.#failures - 1));
  }

  succeeded(): void {
    this.#failures = 0;
    this.#notBefore = 0;
  }

  get failures(): number {
    return this.#failures;
  }

  get isExhausted(): boolean {
    return this.#failures >= this.limits.maxFailures;
  }

  /** How long to wait before the next try, 0 = now. */
  waitMs(now: number): number {
    return Math.max(0, this.#notBefore - now);
  }
}
