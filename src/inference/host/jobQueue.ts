import type { InfillError } from '../../shared/infillError.js';
import type { Job } from './job.js';

/**
 * The order of work. One job runs at a time. A new infill request replaces every older one, because only the newest answer
 * fits the text as it is now: those that wait are `superseded`, the one that runs is `cancelled`. Denoise requests, which a
 * person asked for, and loads are left alone and run in order.
 */
export class JobQueue {
  #waiting: Job[] = [];
  #running: Job | undefined;

  add(job: Job): void {
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

  done(): void {
    this.#running = undefined;
  }

  rejectWaiting(error: InfillError): void {
    for (const job of this.waiting) {
      job.reject(error);
    }
  }

  withdrawAll(detail: string): void {
    for (const job of [...this.waiting, ...(this.#running === undefined ? [] : [this.#running])]) {
      job.withdraw('cancelled', detail);
    }
  }
}

function isInfill({ request }: Job): boolean {
  return request !== 'load' && request.type === 'infill';
}
