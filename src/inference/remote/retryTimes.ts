import { RestartPolicy } from '../host/restartPolicy.js';

export interface RetryLimits {
  /** Milliseconds before the first further try; it doubles with each that fails. */
  readonly firstMs: number;
  readonly mostMs: number;
}

/** When a server that failed is tried again: ever later, and not by all windows at once. */
export class RetryTimes {
  readonly #policy: RestartPolicy;
  #spread = 0;

  /** @param random from 0 to 1 */
  constructor(
    { firstMs, mostMs }: RetryLimits,
    private readonly random: () => number = Math.random,
  ) {
    this.#policy = new RestartPolicy({ firstDelayMs: firstMs, maxDelayMs: mostMs, maxFailures: Infinity });
  }

  /** @param now milliseconds of one clock, here and below */
  failed(now: number): void {
    this.#policy.failed(now);
    this.#spread = (this.random() * this.#policy.waitMs(now)) / 2;
  }

  succeeded(): void {
    this.#policy.succeeded();
    this.#spread = 0;
  }

  /** 0 = now. */
  waitMs(now: number): number {
    const wait = this.#policy.waitMs(now - this.#spread);
    return this.#policy.failures === 0 ? 0 : wait;
  }
}
