import type { HostedTrouble } from './forms/hostedFailure.js';

const FIRST_MS = 5000;
const MOST_MS = 5 * 60_000;
/** What only a person can change is tried again all the same, now and then: an account can have been paid. */
const PERSON_MS = 15 * 60_000;

/** How long a hosted model is left alone after trouble. */
export class HostedPauses {
  private failures = 0;

  /** @returns milliseconds; Infinity = until something is set anew */
  after(trouble: HostedTrouble): number {
    const growing = Math.min(MOST_MS, FIRST_MS * 2 ** this.failures++);
    if (trouble.kind === 'no-key') {
      return Infinity;
    }
    if (trouble.kind !== 'status') {
      return growing;
    }
    switch (trouble.status) {
      case 401:
        return Infinity;
      case 402:
      case 403:
      case 404:
        return PERSON_MS;
      default:
        return Math.max(trouble.retryAfterMs ?? growing, 1000);
    }
  }

  worked(): void {
    this.failures = 0;
  }
}
