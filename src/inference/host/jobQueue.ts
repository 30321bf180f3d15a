import type { InfillError } from '../../shared/infillError.js';
import { toInfillError } from '../../shared/toInfillError.js';
import type { Job } from './job.js';

/**
 * The order of work. One job runs at a time. A new infill request replaces every older one, because only the newest answer
 * fits the text as it is now: those that wait are `superseded`, the one that runs is `cancelled`. Denoise requests, which a
 * person asked for, and loads are left alone and run in order. What is asked ahead, while nobody waits, only takes a place that is free, and
 * leaves it as soon as anything else comes.
 */
export class JobQueue {
  #waiting: Job[] = [];
  #running: Job | undefined;
  #isDraining = false;

  add(job: Job): void {
    if (job.isAhead && this.#all.some((other) => !other.isAhead)) {
      job.withdraw('superseded', 'It was asked ahead, and the model is busy.');
      return;
    }
    for (const ahead of this.#all.filter(({ isAhead }) => isAhead)) {
      ahead.withdraw('superseded', 'It was asked ahead, and something else was wanted.');
    }
    if (isInfill(job)) {
      for (const older of this.#waiting.filter(isInfill)) {
        older.withdraw('superseded', 'A newer request came before this one could start.');
      }
      if (this.#running !== undefined && isInfill(this.#running)) {
        this.#running.withdraw('cancelled', 'A newer request came while this one was running.');
      }
    }
    this.#waiting.push(job);
  }

  /** What waits and what runs, and still has somebody to tell. */
  get #all(): readonly Job[] {
    const running = this.#running === undefined || this.#running.isSettled ? [] : [this.#running];
    return [...running, ...this.waiting];
  }

  get waiting(): readonly Job[] {
    this.#waiting = this.#waiting.filter((job) => !job.isSettled);
    return this.#waiting;
  }

  /** Takes the oldest waiting job; it counts as running until `done`. */
  start(): Job | undefined {
    this.#running = this.waiting[0];
    this.#waiting.shift();
    return this.#running;
  }

  /** The running job is to be done again, before all others, unless nobody waits for it any more. */
  putBack(): void {
    const job = this.#running;
    this.#running = undefined;
    if (job !== undefined) {
      job.onWithdrawn = undefined;
      this.#waiting.unshift(job);
    }
  }

  done(): void {
    this.#running = undefined;
  }

  /**
   * Works off what waits. Only one of these runs at a time, a further one does nothing; it never rejects.
   *
   * @param next does the next job, which `start` gives. Where it throws, all that wait are rejected with that
   * @param rest called once nothing waits any more
   */
  async drain(next: () => Promise<void>, rest: () => void): Promise<void> {
    if (this.#isDraining) {
      return;
    }
    this.#isDraining = true;
    while (this.waiting.length > 0) {
      try {
        await next();
      } catch (error) {
        this.rejectWaiting(toInfillError(error));
      } finally {
        this.done();
      }
    }
    this.#isDraining = false;
    rest();
  }

  rejectWaiting(error: InfillError): void {
    for (const job of this.waiting) {
      job.reject(error);
    }
  }

  withdrawAll(detail: string): void {
    for (const job of this.#all) {
      job.withdraw('cancelled', detail);
    }
  }
}

function isInfill({ request }: Job): boolean {
  return request !== 'load' && request.type === 'infill';
}
